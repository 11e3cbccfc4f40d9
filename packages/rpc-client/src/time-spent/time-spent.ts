import { Code, ConnectError } from '@connectrpc/connect';
import type { Clock } from '@example/rpc-core';
import type { StageTimes, WaitStage } from './stage-clock.ts';

/**
 * A stage of a call. `token`: the call waits for a token. `request`: the program has not provided all messages of the
 * request, and the server may need them for its response. `flow control`: the rest of the request does not fit into the
 * server's flow-control window. `response`: the request has been sent, and the response has not ended. `reading`: the
 * program has not asked for the next message of the response. `backoff`: an attempt has failed, and the next one is not
 * due. In the other stages the call waits for a connection.
 */
export type CallStage = WaitStage | 'token' | 'request' | 'flow control' | 'response' | 'reading' | 'backoff';

const texts: Readonly<Record<CallStage | 'event loop', string>> = {
  token: 'waiting for a token',
  resolving: 'resolving the name',
  connecting: 'connecting',
  picking: 'waiting for a server that can be used',
  stream: 'queued, as all connections were full',
  request: 'waiting for this program to send its whole request',
  'flow control': 'sending the request, held back by the server (flow control)',
  response: 'waiting for the response',
  reading: 'waiting for this program to read the response',
  backoff: 'waiting between attempts',
  'event loop': "waiting for this process's own event loop, which was blocked",
};

/** Stages that took less time than this, in milliseconds, are left out of errors. */
const minMs = 1;

/** Measures the stages of one call. Created when a call first waits, so that calls that do not wait have none. */
export class TimeSpent {
  readonly #ms = new Map<CallStage, number>();
  #stage: CallStage;
  #since: number;
  #waiting: StageTimes | undefined;

  readonly #clock: Clock;

  /** @param since when the call began, by the clock */
  constructor(stage: CallStage, since: number, clock: Clock) {
    this.#stage = stage;
    this.#since = since;
    this.#clock = clock;
  }

  /** Begins to wait for a connection. @param times the times of the channel's stages now */
  wait(times: StageTimes): void {
    this.#leave();
    this.#waiting = times;
  }

  /** @param times the times of the channel's stages now */
  stopWaiting(times: StageTimes): void {
    if (this.#waiting === undefined) return;
    for (const stage of Object.keys(times) as WaitStage[]) this.#add(stage, times[stage] - this.#waiting[stage]);
    this.#waiting = undefined;
    this.#since = this.#clock.now();
  }

  enter(stage: CallStage): void {
    this.#leave();
    this.#stage = stage;
  }

  /** Gives another name to the current stage, including the time that has already passed in it. */
  wasIn(stage: CallStage): void {
    this.#stage = stage;
  }

  #leave(): void {
    const now = this.#clock.now();
    this.#add(this.#stage, now - this.#since);
    this.#since = now;
  }

  #add(stage: CallStage, ms: number): void {
    this.#ms.set(stage, (this.#ms.get(stage) ?? 0) + ms);
  }

  /** The milliseconds in each stage. Call when the call ends. */
  end(): ReadonlyMap<CallStage, number> {
    this.#leave();
    return this.#ms;
  }
}

/** The error of a call whose deadline has passed: `error.cause` is one of these. */
export class DeadlineCause extends Error {
  override readonly name = 'DeadlineCause';

  constructor(
    message: string,
    /** The stage that took the largest part. */
    readonly stage: CallStage | 'event loop',
    /** Milliseconds in each stage. The time of a blocked event loop also counts in the stages that it has prolonged. */
    readonly spent: ReadonlyMap<CallStage | 'event loop', number>,
  ) {
    super(message);
  }
}

/**
 * DEADLINE_EXCEEDED, with the stages that took the time, the longest one first.
 *
 * @param spent milliseconds
 * @param blockedMs how long the event loop was blocked in that time
 * @param target the target of the channel
 * @param lastFailure the last failure of an attempt, or of an attempt to connect
 */
export function deadlineError(
  spent: ReadonlyMap<CallStage, number>,
  blockedMs: number,
  target: string,
  lastFailure?: string,
): ConnectError {
  const totalMs = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
  const all = new Map<CallStage | 'event loop', number>(spent);
  if (blockedMs >= minMs) all.set('event loop', blockedMs);
  // The other times include the time in which the event loop was blocked. If that is most of the total, the event loop
  // is the cause.
  const longest = [...spent].reduce((longest, stage) => (stage[1] > longest[1] ? stage : longest))[0];
  const stage = blockedMs > totalMs / 2 ? 'event loop' : longest;
  const parts = [...all]
    .filter(([name, ms]) => ms >= minMs || name === stage)
    .sort(([a, msA], [b, msB]) => Number(b === stage) - Number(a === stage) || msB - msA)
    .map(([name, ms]) => `${Math.round(ms)} ms ${texts[name]}`);
  const failure = lastFailure === undefined ? '' : `; the last failure: ${lastFailure}`;
  const message = `the deadline of a call to ${target} has passed after ${Math.round(totalMs)} ms: ${parts.join(', ')}${failure}`;
  return new ConnectError(message, Code.DeadlineExceeded, undefined, undefined, new DeadlineCause(message, stage, all));
}
