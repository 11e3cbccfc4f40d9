import type { Check } from '../../checks.ts';
import { errorOf } from '../../real-client.ts';
import { type Calls, runCheck } from '../calls.ts';

/** Runs the checks of the command line, and writes the results, as program-client.ts describes. */
export async function runChecks(makeCalls: (address: string) => Calls): Promise<void> {
  const [address = '', checks = '[]'] = process.argv.slice(2);
  const calls = makeCalls(address);
  for (const check of JSON.parse(checks) as Check[]) {
    const error = await errorOf(runCheck(calls, check));
    process.stdout.write(`${JSON.stringify({ name: check.name, error })}\n`);
  }
}
