import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { nodeArgs, runProgram } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { http2Env, http2Option, http2Usage } from '../http2-option.ts';
import { buildSuiteProgram } from '../suite-program.ts';
import { conclude, Report } from './report.ts';

/** A run that takes longer than this, in milliseconds, is considered hung. */
const runLimitMs = 15 * 60 * 1_000;

/**
 * The number of servers that start at once. Each must start within ten seconds, and on a busy machine a larger number
 * takes longer.
 */
const serversAtOnce = 2;

const serverUsage = `Runs connectconformance, the suite of the Connect authors, against our server.

  pnpm conformance server [options] [-- options of connectconformance]

  ${http2Usage}
  --help          print this text

Example: \`pnpm conformance server -- --run '**/TLS:true/**' --trace\`. With options of connectconformance the number
of cases is not checked. A run takes four minutes; \`-- --skip 'Server Message Size/**'\` leaves out the slowest cases.
`;

const clientUsage = `Runs connectconformance, the suite of the Connect authors, against our client.

  pnpm conformance client [-- options of connectconformance]

Example: \`pnpm conformance client -- --run '**/TLS:true/**' --trace\`. With options of connectconformance the number
of cases is not checked. A run takes a minute.
`;

/** `pnpm conformance server` */
export const serverSuite = anyCommand({
  usage: serverUsage,
  options: http2Option,
  takesExtraArgs: true,
  run: ({ values, ...rest }) =>
    runSuite({
      ...rest,
      args: ['--mode', 'server', '--max-servers', `${serversAtOnce}`],
      features: 'connectconformance.yaml',
      program: new URL('./suite-server.ts', import.meta.url),
      env: http2Env(values),
      // 268 of the cases are half-duplex streams over HTTP/1.1.
      caseCount: 5_534,
    }),
});

/** `pnpm conformance client` */
export const clientSuite = anyCommand({
  usage: clientUsage,
  options: {},
  takesExtraArgs: true,
  run: (options) =>
    runSuite({
      ...options,
      args: ['--mode', 'client'],
      features: 'connectconformance-client.yaml',
      program: new URL('./suite-client.ts', import.meta.url),
      env: {},
      // 316 of the cases are half-duplex streams over HTTP/1.1.
      caseCount: 6_872,
    }),
});

interface SuiteOptions {
  readonly args: readonly string[];
  /** The name of the file. */
  readonly features: string;
  /** The program under test. */
  readonly program: URL;
  readonly env: Readonly<Record<string, string>>;
  /** The number of cases for these features. */
  readonly caseCount: number;
  readonly extraArgs: readonly string[];
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

async function runSuite({ args, features, program, env, caseCount, extraArgs, signal, print }: SuiteOptions) {
  const tool = await buildSuiteProgram('connectconformance', signal);
  const report = new Report();
  const late = AbortSignal.timeout(runLimitMs);
  const onLine = (line: string) => {
    if (report.add(line)) print(line);
  };
  const allArgs = [
    ...[...args, '--vv', '--conf', join(root, 'proofs/conformance', features), ...extraArgs],
    ...['--', process.execPath, ...nodeArgs(program)],
  ];
  try {
    await runProgram(tool, allArgs, { signal: AbortSignal.any([signal, late]), env, onLine });
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    for (const name of report.pending) print(`NO RESPONSE: ${name}`);
  }
  const { isPassed, figure } = conclude(report.totals, extraArgs.length > 0 ? undefined : caseCount);
  print(figure);
  return isPassed;
}
