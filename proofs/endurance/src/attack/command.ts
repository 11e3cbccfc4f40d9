import { type Command, runCommand, type Streams, UsageError } from '@example/kit/command-line';
import { attack } from './attack.ts';
import { checkResult, health99 } from './check-result.ts';
import type { LegalOutcome } from './legal-load.ts';

const usage = `Attacks OrderService, with a heap of 256 MiB, in all ways at once, under legal load.

  pnpm test:soak attack [options]

  --minutes M   the duration of the attack (60)
  --help        this text

It passes when the process survives, legal calls keep 90 % of their rate, 99 of 100 health checks take at most 100 ms,
and memory is released afterwards.
`;

const defaultMinutes = 60;
const minuteMs = 60_000;
const quietMs = 30_000;
const timeoutMs = 1_000;
const healthLimitMs = 100;

const command: Command<{ minutes: { readonly type: 'string' } }> = {
  usage,
  options: { minutes: { type: 'string' } },
  async run({ values, print }) {
    const minutes = Number(values.minutes ?? defaultMinutes);
    if (!(minutes > 0)) throw new UsageError('--minutes must be more than 0');
    const onMinute = (succeeded: number, made: number) => print(`${succeeded} of ${made} legal calls have succeeded`);
    const result = await attack({ attackMs: minutes * minuteMs, quietMs, timeoutMs, onMinute });
    print(`without attack: ${describe(result.quiet)}\nwith attack:    ${describe(result.attacked)}`);
    print(`heap ${result.before.heapBytes} bytes before, ${result.after.heapBytes} after`);
    const faults = checkResult(result);
    if (health99(result.attacked) > healthLimitMs) faults.push(`health took more than ${healthLimitMs} ms`);
    for (const fault of faults) print(fault);
    print(faults.length === 0 ? 'passed' : 'failed');
    return faults.length === 0;
  },
};

/** Runs `pnpm test:soak attack`. @returns the exit code: 0 when the service has withstood the attack */
export async function runAttack(args: readonly string[], streams: Streams): Promise<number> {
  return await runCommand(command, args, streams);
}

function describe(outcome: LegalOutcome): string {
  const { succeeded, made } = outcome;
  return `${succeeded} of ${made} legal calls succeeded, 99 of 100 health checks took ${health99(outcome).toFixed(1)} ms`;
}
