import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Invocation, Outcome } from '../commands/command.ts';
import { makeCertificates } from '../processes/certificates.ts';
import { buildGoTool } from '../processes/go-tool.ts';
import { runProcess } from '../processes/run-process.ts';
import { withServer } from '../processes/running-server.ts';
import { type CaseResult, conclude, parseReport } from './report.ts';
import { expectations } from './residuals.ts';

const usage = `Runs h2spec --strict against our server.

  pnpm conformance h2spec [options]

  --engine NAME   what the server runs on: fast or connect (fast)
  --tls           over TLS; else HTTP/2 is spoken at once
  --help          this text
`;

const tlsFlag = 'tls';

/**
 * A call by GET, which h2spec can make. Its answer has a body, which the cases of flow control need, and takes a moment: what is wrong
 * with a request may come after its head, and an answer before that would be right.
 */
const request = { responseDefinition: { responseDelayMs: 100 } };
const query = new URLSearchParams({ connect: 'v1', encoding: 'json', message: JSON.stringify(request) });
const path = `/connectrpc.conformance.v1.ConformanceService/IdempotentUnary?${query}`;

/** It takes half a minute; when it takes longer than this, in milliseconds, it hangs. */
const hangsMs = 5 * 60 * 1_000;

/** `pnpm conformance h2spec` */
export const h2spec: Command = { usage, flags: [tlsFlag], run: runH2spec };

async function runH2spec({ engine, flags, signal, print }: Invocation): Promise<Outcome> {
  const tool = await buildGoTool('h2spec', signal);
  const program = new URL('./h2spec-server.ts', import.meta.url);
  const certificates = flags.has(tlsFlag) ? await makeCertificates() : undefined;
  const env = certificates?.env ?? {};
  const results = await withServer(program, { engine, signal, env }, (url) =>
    runTool(tool, url, signal, print),
  ).finally(() => certificates?.remove());
  if (results.length === 0) return { isPassed: false, figure: 'h2spec ended without a report' };

  const { leastPassed, residuals } = expectations[engine] ?? { leastPassed: results.length, residuals: [] };
  const { complaints, ...outcome } = conclude(results, residuals, leastPassed);
  for (const complaint of complaints) print(complaint);
  return outcome;
}

async function runTool(
  tool: string,
  url: URL,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<CaseResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'h2spec-'));
  try {
    const report = join(folder, 'report.xml');
    const tls = url.protocol === 'https:' ? ['--tls', '--insecure'] : [];
    const args = [
      '--strict',
      '--host',
      url.hostname,
      '--port',
      url.port,
      ...tls,
      '--path',
      path,
      '--junit-report',
      report,
    ];
    const limited = AbortSignal.any([signal, AbortSignal.timeout(hangsMs)]);
    await runProcess(tool, args, { signal: limited, onLine: print });
    return parseReport(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
