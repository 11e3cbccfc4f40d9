import { outputOf } from '@example/kit/programs';
import { loadCore, pinned } from './cores.ts';

export interface H2load {
  readonly url: string;
  /** The file with the body of every request. */
  readonly bodyFile: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Concurrent calls on a connection: 1 with HTTP/1.1. */
  readonly calls: number;
  /** Calls a second on each connection. Default: as many as the server can serve. */
  readonly rate?: number;
  readonly isHttp1: boolean;
  readonly seconds: number;
  /** The smallest valid length of a response. A shorter response is an error that h2load would count as a success. */
  readonly responseBytes: number;
}

/** The receive windows, as base-2 logarithms of bytes. Clients of gRPC use similar windows. */
const streamWindowBits = 20;
const connectionWindowBits = 24;

/**
 * The warm-up, in seconds. It is long enough to open all connections: if a connection is still opening when the warm-up
 * ends, h2load never ends it.
 */
export const warmUpSeconds = 1;
/** The time that h2load may take in addition to its duration, in seconds. */
const extraSeconds = 30;

/** @returns calls a second. @throws when a call has failed */
export async function h2load(load: H2load): Promise<number> {
  const { url, bodyFile, headers, connections, calls, rate, isHttp1, seconds } = load;
  const args = [
    ...['--clients', `${connections}`, '--max-concurrent-streams', `${isHttp1 ? 1 : calls}`],
    ...['--warm-up-time', `${warmUpSeconds}`, '--duration', `${seconds}`, '--data', bodyFile],
    ...['--window-bits', `${streamWindowBits}`, '--connection-window-bits', `${connectionWindowBits}`],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(rate === undefined ? [] : ['--rps', `${rate}`]),
    ...(isHttp1 ? ['--h1'] : []),
    url,
  ];
  const timeoutMs = (warmUpSeconds + seconds + extraSeconds) * 1_000;
  return perSecond(await outputOf(...pinned(loadCore, 'h2load', args), { timeoutMs }), load.responseBytes);
}

/**
 * Makes a number of calls, ten at once on each connection.
 *
 * @param load `calls` is the total number of calls; the default of `connections` is 1
 * @param least the number of calls that must succeed. Default: all
 * @returns the number of calls that have succeeded
 */
export async function makeCalls(
  load: Pick<H2load, 'url' | 'bodyFile' | 'headers' | 'calls' | 'isHttp1'> & Partial<Pick<H2load, 'connections'>>,
  least = load.calls,
): Promise<number> {
  const { url, bodyFile, headers, calls, isHttp1, connections = 1 } = load;
  const args = [
    ...['--clients', `${connections}`, '--max-concurrent-streams', `${isHttp1 ? 1 : 10}`, '--requests', `${calls}`],
    ...['--data', bodyFile, ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])],
    ...(isHttp1 ? ['--h1'] : []),
    url,
  ];
  const output = await outputOf(...pinned(loadCore, 'h2load', args), { timeoutMs: extraSeconds * 1_000 });
  const succeeded = Number(/ (\d+) succeeded/.exec(output)?.[1]);
  if (!(succeeded >= least)) throw new Error(`not every call succeeded:\n${output}`);
  return succeeded;
}

/** Reads the rate from the output of h2load. Exported for a test. */
export function perSecond(output: string, responseBytes: number): number {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1]);
  const rate = number(/^finished in .*?, ([\d.]+) req\/s/m);
  const succeeded = number(/ (\d+) succeeded/);
  const dataBytes = number(/\((\d+)\) data$/m);
  const isWell = rate > 0 && / 0 failed, 0 errored, 0 timeout$/m.test(output) && dataBytes >= succeeded * responseBytes;
  if (!isWell) throw new Error(`not every call succeeded:\n${output}`);
  return rate;
}
