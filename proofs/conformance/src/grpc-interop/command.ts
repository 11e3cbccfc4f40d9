import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { createCredentials } from '@example/kit/credentials';
import { runProgram, startNodeServer } from '@example/kit/programs';
import { buildGoTool } from '../go-tool.ts';
import { http2Env, http2Option, http2Usage } from '../http2-option.ts';

const usage = `Runs the interop client of grpc-go against our server, without and with TLS.

  pnpm conformance grpc-interop [options]

  ${http2Usage}
  --help          print this text
`;

/** The names of the cases in grpc-go's client. The client has no cases with compression. */
const cases = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'custom_metadata',
  'status_code_and_message',
  'special_status_message',
  'unimplemented_method',
  'unimplemented_service',
  'cancel_after_begin',
  'cancel_after_first_response',
  'timeout_on_sleeping_server',
];

/** A case takes a fraction of a second. One that takes longer than this, in milliseconds, hangs. */
const caseLimitMs = 30_000;

const program = new URL('./test-server.ts', import.meta.url);

/** `pnpm conformance grpc-interop` */
export const grpcInterop = anyCommand({
  usage,
  options: http2Option,
  async run({ values, signal, print }) {
    const env = http2Env(values);
    const client = await buildGoTool('interop-client', signal);
    const folder = mkdtempSync(join(tmpdir(), 'grpc-interop-'));
    let passed = 0;
    try {
      const { caFile, tlsEnv } = await createCredentials(folder);
      const modes = [
        { name: 'plain', args: [], env },
        { name: 'TLS', args: ['--use_tls', '--use_test_ca', '--ca_file', caFile], env: { ...env, ...tlsEnv } },
      ];
      for (const mode of modes) {
        await using server = await startNodeServer(program, mode.env);
        const { port } = new URL(server.url);
        for (const name of cases) {
          const args = ['--server_host', 'localhost', '--server_port', port, '--test_case', name, ...mode.args];
          const failure = await server.program.during(() => runCase(client, args, signal));
          print(`${failure === undefined ? 'passed' : 'FAILED'}  ${mode.name} ${name}`);
          if (failure === undefined) passed += 1;
          else print(failure);
        }
      }
      const total = modes.length * cases.length;
      print(`${passed} of ${total} passed`);
      return passed === total;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

/** @returns the output of a case that fails */
async function runCase(client: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const lines: string[] = [];
  const late = AbortSignal.timeout(caseLimitMs);
  try {
    const options = { signal: AbortSignal.any([signal, late]), onLine: (line: string) => lines.push(line) };
    return (await runProgram(client, args, options)) === 0 ? undefined : lines.join('\n');
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    return [...lines, `did not end within ${caseLimitMs / 1_000} s`].join('\n');
  }
}
