import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Invocation, Outcome } from '../commands/command.ts';
import { buildGoTool } from '../processes/go-tool.ts';
import { nodeArgs } from '../processes/node-program.ts';
import { runProcess } from '../processes/run-process.ts';
import { root } from '../root.ts';
import { conclude, Report } from './report.ts';

const usage = `Runs connectconformance, the suite of the Connect authors, against our server.

  pnpm conformance server [options] [-- options of connectconformance]

  --receive-limit   also the cases of messages above the limit of what the server receives, which take minutes; always on fast
  --engine NAME     what the server runs on: fast or connect (fast)
  --help            this text

Such as \`pnpm conformance server -- --run '**/TLS:true/**' --trace\`. With options of connectconformance the number of
cases is not checked.
`;

const receiveLimitFlag = 'receive-limit';

/** How many cases there are. */
const cases = { withoutReceiveLimit: 4_942, withReceiveLimit: 5_266 };

/** The engines that pass all of them, in every run. */
const enginesOfAllCases: ReadonlySet<string> = new Set(['fast']);

/** The suite whose cases need the receive limit, as a pattern of connectconformance. */
const receiveLimitCases = 'Server Message Size/**';

/** Each must start within ten seconds, which many at once do not on a busy machine. */
const serversAtOnce = 2;

/** A run takes half a minute without those and four minutes with them; one that takes longer than this hangs. */
const hangsMs = 15 * 60 * 1_000;

const folder = join(root, 'proofs/conformance');

/** `pnpm conformance server` */
export const conformanceServer: Command = {
  usage,
  flags: [receiveLimitFlag],
  takesExtraArgs: true,
  run: runConformanceServer,
};

async function runConformanceServer({ engine, flags, extraArgs, signal, print }: Invocation): Promise<Outcome> {
  const hasReceiveLimit = flags.has(receiveLimitFlag) || enginesOfAllCases.has(engine);
  const tool = await buildGoTool('connectconformance', signal);
  const report = new Report();
  const onLine = (line: string) => {
    if (report.add(line)) print(line);
  };
  const args = [
    ...['--mode', 'server', '--vv', '--conf', join(folder, 'connectconformance.yaml')],
    ...['--max-servers', `${serversAtOnce}`],
    ...(hasReceiveLimit ? flakyCases(engine) : ['--skip', receiveLimitCases]),
    ...extraArgs,
    ...['--', process.execPath, ...nodeArgs(new URL('./conformance-server.ts', import.meta.url))],
  ];
  const hangs = AbortSignal.timeout(hangsMs);
  try {
    await runProcess(tool, args, { signal: AbortSignal.any([signal, hangs]), env: { ENGINE: engine }, onLine });
  } catch (error) {
    if (signal.aborted || !hangs.aborted) throw error;
    for (const name of report.pending) print(`NOT ANSWERED: ${name}`);
    return { isPassed: false, figure: `hangs: ${report.pending.length} cases were not answered` };
  }
  const { totals } = report;
  if (totals === undefined) return { isPassed: false, figure: 'connectconformance ended without a figure' };
  const expected = hasReceiveLimit ? cases.withReceiveLimit : cases.withoutReceiveLimit;
  return conclude(totals, extraArgs.length > 0 ? undefined : expected);
}

/** An engine without a list of its own must pass every case. */
function flakyCases(engine: string): string[] {
  const list = join(folder, `receive-limit-flaky.${engine}.txt`);
  return existsSync(list) ? ['--known-flaky', `@${list}`] : [];
}
