import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { jsonLine, Program } from '@example/kit/programs';
import { buildGo, examplePython, examplePythonPath } from '@example/kit/toolchains';
import { callers, type Load, type LoadResult, pauseMs, timeoutMs } from './load.ts';

const pathOf = (program: string) => fileURLToPath(new URL(`./programs/${program}`, import.meta.url));

/** @returns the path of the program that calls by grpc-go. @throws {ToolchainMissingError} */
export const buildGoClient = () => buildGo(pathOf('go'), '.', 'deploy-client');

/** Calls by grpc-go. @param serviceConfig as JSON. Default: none, so that the client has its defaults */
export function callByGo(serviceConfig = '{}'): Load {
  return async (port, over) => await callByProgram([await buildGoClient()], [serviceConfig], port, over);
}

/** Calls by grpcio. The environment `examplePython` must be installed. */
export const callByPython: Load = (port, over) =>
  callByProgram([examplePython.python, pathOf('client.py')], [], port, over);

/**
 * Makes the calls of a program. Its arguments are the server's address, the number of concurrent callers, the pause
 * between two calls of a caller and the timeout of a call in milliseconds, and `more`. When its input ends, it writes
 * a `LoadResult` as a line of JSON.
 */
async function callByProgram(
  [file = '', ...args]: readonly string[],
  more: readonly string[],
  port: number,
  over: AbortSignal,
): Promise<LoadResult> {
  const limits = [callers, pauseMs, timeoutMs].map(String);
  await using program = new Program(file, [...args, `127.0.0.1:${port}`, ...limits, ...more], {
    hasInput: true,
    env: { PYTHONPATH: examplePythonPath },
  });
  await program.during(async () => over.aborted || (await once(over, 'abort')));
  program.endInput();
  return await program.waitForLine((line) => jsonLine(line) as LoadResult | undefined);
}
