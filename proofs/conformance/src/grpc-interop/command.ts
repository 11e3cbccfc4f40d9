import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { createCredentials } from '@example/kit/credentials';
import { freePort, Program, runProgram, startNodeServer } from '@example/kit/programs';
import { createTransport, type TlsOptions } from '@example/rpc-client';
import { http2Env, http2Option, http2Usage } from '../http2-option.ts';
import { buildSuiteProgram } from '../suite-program.ts';
import { clientCases } from './client-cases.ts';
import { negativeCases } from './negative-cases.ts';

const usage = `Runs the interop client of grpc-go against our server, and the same cases by our client against our server and that
of grpc-go, each without and with TLS. The negative HTTP/2 cases by our client follow, against a server of their own.

  pnpm conformance grpc-interop [options]

  ${http2Usage}
  --help          print this text
`;

/** The names of the cases in grpc-go's client. It has no cases with compression. */
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

/** A case takes a fraction of a second. A case that takes longer than this, in milliseconds, is considered hung. */
const caseLimitMs = 30_000;

const program = new URL('./test-server.ts', import.meta.url);

/** `pnpm conformance grpc-interop` */
export const grpcInterop = anyCommand({
  usage,
  options: http2Option,
  async run({ values, signal, print }) {
    const env = http2Env(values);
    const client = await buildSuiteProgram('interop-client', signal);
    const folder = mkdtempSync(join(tmpdir(), 'grpc-interop-'));
    let passed = 0;
    try {
      const { caFile, tlsEnv } = await createCredentials(folder);
      const serverTool = await buildSuiteProgram('interop-server', signal);
      const report = (name: string, failure: string | undefined) => {
        print(`${failure === undefined ? 'passed' : 'FAILED'}  ${name}`);
        if (failure === undefined) passed += 1;
        else print(failure);
      };
      const modes = [
        { name: 'plain', args: [], env },
        { name: 'TLS', args: ['--use_tls', '--use_test_ca', '--ca_file', caFile], env: { ...env, ...tlsEnv } },
      ];
      for (const mode of modes) {
        await using server = await startNodeServer(program, mode.env);
        const { port } = new URL(server.url);
        for (const name of cases) {
          const args = ['--server_host', 'localhost', '--server_port', port, '--test_case', name, ...mode.args];
          report(`${mode.name} ${name}`, await server.program.during(() => runCase(client, args, signal)));
        }
        const tls = mode.env === env ? undefined : { ca: caFile };
        await runClientCases(`localhost:${port}`, tls, (name, failure) =>
          report(`${mode.name}, our client, ${name}`, failure),
        );
        const peerPort = await freePort();
        const { TLS_CERT = '', TLS_KEY = '' } = tlsEnv;
        const peerTls = tls === undefined ? [] : ['--use_tls', '--tls_cert_file', TLS_CERT, '--tls_key_file', TLS_KEY];
        await using peer = new Program(serverTool, ['--port', `${peerPort}`, ...peerTls]);
        await peer.during(() =>
          runClientCases(`localhost:${peerPort}`, tls, (name, failure) =>
            report(`${mode.name}, our client, server of grpc-go, ${name}`, failure),
          ),
        );
      }
      for (const [name, run] of Object.entries(negativeCases)) {
        report(`negative, our client, ${name}`, await failureOf(run()));
      }
      const total = modes.length * 3 * cases.length + Object.keys(negativeCases).length;
      print(`${passed} of ${total} passed`);
      return passed === total;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

/** Runs the cases with our client. @param report receives the name of each case, and the reason if it has failed */
async function runClientCases(
  target: string,
  tls: TlsOptions | undefined,
  report: (name: string, failure: string | undefined) => void,
): Promise<void> {
  // The calls wait for a server that has just been started.
  const transport = createTransport({ target, tls, waitForReady: true });
  for (const name of cases) {
    const run = clientCases[name];
    report(name, run === undefined ? 'there is no such case' : await failureOf(run(transport)));
  }
  transport.close();
}

/** @returns the reason if the case has failed */
async function failureOf(run: Promise<void>): Promise<string | undefined> {
  return await run.then(
    () => undefined,
    (error: Error) => `${error.stack}`,
  );
}

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
