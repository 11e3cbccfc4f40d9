import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { createCredentials } from '@example/kit/credentials';
import { runProgram, startNodeServer } from '@example/kit/programs';
import { buildSuiteProgram } from '../suite-program.ts';
import { parseReport } from './report.ts';

const usage = `Runs h2spec --strict against our server.

  pnpm conformance h2spec [options]

  --tls    use TLS. Default: HTTP/2 with prior knowledge
  --help   print this text
`;

/** The number of cases that h2spec has. */
const caseCount = 146;

/**
 * The request of h2spec: a call by GET. Its response has a body, because the cases of flow control need a body. The
 * response is delayed: h2spec may send an error after the headers of a request, and a response that arrives before the
 * error would be valid, too.
 */
const request = { responseDefinition: { responseDelayMs: 100 } };
const query = new URLSearchParams({ connect: 'v1', encoding: 'json', message: JSON.stringify(request) });
const path = `/connectrpc.conformance.v1.ConformanceService/IdempotentUnary?${query}`;

/** A run takes half a minute. A run that takes longer than this, in milliseconds, is considered hung. */
const runLimitMs = 5 * 60 * 1_000;

const program = new URL('./h2spec-server.ts', import.meta.url);

/** `pnpm conformance h2spec` */
export const h2spec = anyCommand({
  usage,
  options: { tls: { type: 'boolean' } },
  async run({ values, signal, print }) {
    const tool = await buildSuiteProgram('h2spec', signal);
    const folder = mkdtempSync(join(tmpdir(), 'h2spec-'));
    try {
      const report = join(folder, 'report.xml');
      const limited = AbortSignal.any([signal, AbortSignal.timeout(runLimitMs)]);
      await using server = await startNodeServer(program, values.tls ? (await createCredentials(folder)).tlsEnv : {});
      const args = ['--strict', ...target(new URL(server.url)), '--path', path, '--junit-report', report];
      await server.program.during(() => runProgram(tool, args, { signal: limited, onLine: print }));

      const results = parseReport(readFileSync(report, 'utf8'));
      const failed = results.filter(({ isPassed }) => !isPassed);
      for (const { name } of failed) print(`FAILED: ${name}`);
      print(`${results.length - failed.length} of ${caseCount} passed`);
      return failed.length === 0 && results.length === caseCount;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

function target({ hostname, port, protocol }: URL): string[] {
  return ['--host', hostname, '--port', port, ...(protocol === 'https:' ? ['--tls', '--insecure'] : [])];
}
