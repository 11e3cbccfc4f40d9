import { once } from 'node:events';
import { jsonLine, Program } from '@example/kit/programs';
import { type Load, type LoadResult, pauseMs, timeoutMs } from './load.ts';

/**
 * Makes the calls of a program. Its arguments are the server's address, the pause between two calls of a caller, and
 * the timeout of a call, both in milliseconds. When its input ends, it writes a `LoadResult` as a line of JSON.
 *
 * @param commandOf its file and first arguments
 */
export function callByProgram(
  commandOf: () => Promise<readonly string[]>,
  env: Readonly<Record<string, string>> = {},
): Load {
  return async (port, over) => {
    const [file = '', ...args] = await commandOf();
    const settings = [`127.0.0.1:${port}`, `${pauseMs}`, `${timeoutMs}`];
    await using program = new Program(file, [...args, ...settings], { hasInput: true, env });
    await program.during(async () => over.aborted || (await once(over, 'abort')));
    program.endInput();
    return await program.waitForLine((line) => jsonLine(line) as LoadResult | undefined);
  };
}
