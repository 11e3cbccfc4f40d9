import type { Command, Invocation, Outcome } from '../commands/command.ts';
import { makeCertificates } from '../processes/certificates.ts';
import { buildGoTool } from '../processes/go-tool.ts';
import { runProcess } from '../processes/run-process.ts';
import { withServer } from '../processes/running-server.ts';

const usage = `Runs grpc-go's interop client against our server, without and with TLS.

  pnpm conformance interop [options]

  --engine NAME   what the server runs on: fast or connect (fast)
  --help          this text
`;

/** What grpc-go's client calls its cases. It has none with compression. */
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

/** A case takes a fraction of a second; one that takes longer than this, in milliseconds, hangs. */
const hangsMs = 30_000;

/** `pnpm conformance interop` */
export const interop: Command = { usage, run: runInterop };

async function runInterop({ engine, signal, print }: Invocation): Promise<Outcome> {
  const client = await buildGoTool('interop-client', signal);
  const certificates = await makeCertificates();
  const program = new URL('./interop-server.ts', import.meta.url);
  let passed = 0;
  try {
    const ways = [
      { name: 'plain', args: [], env: {} },
      { name: 'TLS', args: ['--use_tls', '--use_test_ca', '--ca_file', certificates.ca], env: certificates.env },
    ];
    for (const way of ways) {
      await withServer(program, { engine, signal, env: way.env }, async ({ port }) => {
        for (const name of cases) {
          const args = ['--server_host', 'localhost', '--server_port', port, '--test_case', name, ...way.args];
          const { isPassed, output } = await runCase(client, args, signal);
          print(`${isPassed ? 'passed' : 'FAILED'}  ${way.name} ${name}`);
          if (isPassed) passed += 1;
          else print(output);
        }
      });
    }
    const total = ways.length * cases.length;
    return { isPassed: passed === total, figure: `${passed} of ${total} passed` };
  } finally {
    certificates.remove();
  }
}

async function runCase(
  client: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ isPassed: boolean; output: string }> {
  const lines: string[] = [];
  const hangs = AbortSignal.timeout(hangsMs);
  try {
    const options = { signal: AbortSignal.any([signal, hangs]), onLine: (line: string) => lines.push(line) };
    const code = await runProcess(client, args, options);
    return { isPassed: code === 0, output: lines.join('\n') };
  } catch (error) {
    if (signal.aborted || !hangs.aborted) throw error;
    return { isPassed: false, output: [...lines, `It did not end within ${hangsMs / 1_000} s.`].join('\n') };
  }
}
