import { join } from 'node:path';
import { anyCommand } from '@example/kit/command-line';
import { nodeArgs, runProgram } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { buildGoTool } from '../go-tool.ts';
import { http2Env, http2Option, http2Usage } from '../http2-option.ts';
import { conclude, Report } from './report.ts';

const usage = `Runs connectconformance, the suite of the Connect authors, against our server.

  pnpm conformance server [options] [-- options of connectconformance]

  ${http2Usage}
  --help          print this text

Example: \`pnpm conformance server -- --run '**/TLS:true/**' --trace\`. With options of connectconformance the number
of cases is not checked. A run takes four minutes; \`-- --skip 'Server Message Size/**'\` leaves out the slowest cases.
`;

/** The number of cases for connectconformance.yaml: 268 of them are half-duplex streams over HTTP/1.1. */
const caseCount = 5_534;

/** A server must start within ten seconds, which more servers at once do not achieve on a busy machine. */
const serversAtOnce = 2;

/** A run that takes longer than this, in milliseconds, hangs. */
const runLimitMs = 15 * 60 * 1_000;

/** `pnpm conformance server` */
export const connectSuite = anyCommand({
  usage,
  options: http2Option,
  takesExtraArgs: true,
  async run({ values, extraArgs, signal, print }) {
    const env = http2Env(values);
    const tool = await buildGoTool('connectconformance', signal);
    const report = new Report();
    const args = [
      ...['--mode', 'server', '--vv', '--conf', join(root, 'proofs/conformance/connectconformance.yaml')],
      ...['--max-servers', `${serversAtOnce}`],
      ...extraArgs,
      ...['--', process.execPath, ...nodeArgs(new URL('./suite-server.ts', import.meta.url))],
    ];
    const late = AbortSignal.timeout(runLimitMs);
    const onLine = (line: string) => {
      if (report.add(line)) print(line);
    };
    try {
      await runProgram(tool, args, { signal: AbortSignal.any([signal, late]), env, onLine });
    } catch (error) {
      if (signal.aborted || !late.aborted) throw error;
      for (const name of report.pending) print(`NO RESPONSE: ${name}`);
    }
    const { isPassed, figure } = conclude(report.totals, extraArgs.length > 0 ? undefined : caseCount);
    print(figure);
    return isPassed;
  },
});
