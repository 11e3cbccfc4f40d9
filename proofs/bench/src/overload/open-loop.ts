import { outputOf } from '@example/kit/programs';
import { loadCore, pinned } from '../server/cores.ts';
import { goProgram } from '../server/peers.ts';

export interface OpenLoop {
  readonly url: string;
  /** The rate of calls a second. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Rates are in calls per second. Times are in milliseconds, counted from the time at which a call was due. */
export interface OpenLoopFigures {
  /** Calls that succeeded before their deadline. */
  readonly served: number;
  /** Calls with UNAVAILABLE or RESOURCE_EXHAUSTED. */
  readonly refused: number;
  /** Calls with another error: those without a response before their deadline. */
  readonly failed: number;
  readonly servedMedian: number;
  readonly servedP99: number;
  readonly refusedMedian: number;
  readonly refusedP99: number;
  /** The longest health check. */
  readonly healthMax: number;
}

/** The timeout of a call, in milliseconds. */
const deadlineMs = 1_000;
/**
 * The number of connections. A server allows 250 concurrent calls on each; with fewer connections, calls would have to
 * wait in the client.
 */
const connections = 20;

/** Calls GetUser at a fixed rate, however slow the server is. @throws when the client cannot keep the rate */
export async function openLoop({ url, rate, warmUpSeconds, seconds }: OpenLoop): Promise<OpenLoopFigures> {
  const args = [
    ...['-target', new URL(url).host, '-connections', `${connections}`, '-rate', `${rate}`],
    ...['-warm-up', `${warmUpSeconds}s`, '-duration', `${seconds}s`, '-deadline', `${deadlineMs}ms`],
  ];
  return JSON.parse(await outputOf(...pinned(loadCore, await goProgram('overload'), args))) as OpenLoopFigures;
}
