import { type Code, ConnectError } from '@connectrpc/connect';
import { explainError } from './explain-error.ts';

export type Log = (line: string) => void;

/**
 * Makes a call that must fail, and prints its error.
 *
 * @throws the error of the call if it has another code, or an Error if the call succeeded
 */
export async function provoke(log: Log, what: string, expected: Code, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (ConnectError.from(error).code !== expected) throw error;
    log(what);
    for (const line of explainError(error)) log(`  ${line}`);
    return;
  }
  throw new Error(`${what} should fail, but succeeded`);
}
