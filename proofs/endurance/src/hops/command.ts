import { Code } from '@connectrpc/connect';
import { type Command, runCommand, type Streams, wholeNumber } from '@example/kit/command-line';
import { type HopsCall, runHops } from './hops-run.ts';

const usage = `Makes calls over three servers, each of which calls the next one, with a deadline of 500 ms that no handler passes
on by itself. Then it cancels calls. The work must end on every server.

  pnpm test:soak hops [options]

  --calls N   the number of calls that end by their deadline, and of those that are cancelled (1000: a minute)
  --help      print this text

It passes when the work has ended on all servers within 50 ms of the deadline, or of the cancellation. That needs a
quiet machine.
`;

const options = { callers: 20, timeoutMs: 500, cancelMs: 100 };
const maxLateMs = 50;

const text = { type: 'string' } as const;

const command: Command<{ calls: typeof text }> = {
  usage,
  options: { calls: text },
  async run({ values, print, signal }) {
    const calls = wholeNumber('calls', values.calls, 1_000, 1);
    const { late, cancelled } = await runHops({ ...options, calls, signal });
    const results = [
      report('deadline', Code.DeadlineExceeded, late, print),
      report('cancellation', Code.Canceled, cancelled, print),
    ];
    return results.every(Boolean);
  },
};

/** Runs `pnpm test:soak hops`. @returns the exit code: 0 when the work has ended in time on every server */
export async function runHopsCommand(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

function report(cause: string, code: Code, calls: readonly HopsCall[], print: (line: string) => void): boolean {
  const inTime = calls.filter((call) => call.code === code && call.lateMs.every((ms) => Math.abs(ms) <= maxLateMs));
  const worst = [0, 1, 2].map((hop) => Math.max(...calls.map(({ lateMs }) => lateMs[hop] as number)).toFixed(1));
  print(`${inTime.length} of ${calls.length} ended everywhere within ${maxLateMs} ms of the ${cause}`);
  print(`the latest on each server: ${worst.join(', ')} ms`);
  return inTime.length === calls.length;
}
