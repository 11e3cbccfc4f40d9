import type { Clock } from '@example/rpc-core';
import { status } from '@grpc/grpc-js';
import { FailureGate } from './failure-gate.ts';
import { ResponseTime } from './response-time.ts';

/** Statuses for a fault of the server, not of the request. */
const failures: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Differences of response times below this do not matter, in milliseconds. */
const noiseMs = 0.5;

/** The load of a server, estimated from its calls: their number, their times and their failures. */
export class ServerLoad {
  readonly #clock: Clock;
  #calls = 0;
  readonly #gate: FailureGate;
  readonly #responseTime = new ResponseTime();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#gate = new FailureGate(clock);
  }

  // Arrow functions, because a balancer passes them on without the object.

  readonly onStreamStarted = (): void => {
    this.#calls += 1;
    this.#gate.onCall();
  };

  readonly onStreamEnded = (code: status): void => {
    this.#calls -= 1;
    if (code === status.OK) this.#gate.onSuccess();
    else if (failures.has(code)) this.#gate.onFailure();
  };

  /** Only the time of unary calls is measured, because a stream may stay open for any time. */
  readonly onUnaryStarted = (): void => {
    this.#responseTime.onCallStarted(this.#clock.now());
    this.onStreamStarted();
  };

  readonly onUnaryEnded = (code: status): void => {
    this.#responseTime.onCallEnded(!failures.has(code) && code !== status.CANCELLED, this.#clock.now());
    this.onStreamEnded(code);
  };

  /**
   * Whether this server has clearly fewer calls under way. The calls of a server that is more than twice as slow count
   * more. A strict comparison would move far too many calls away from a server that is a little slower, for example on
   * a busy machine, and thereby make the other servers the slower ones.
   */
  isClearlyLessThan(other: ServerLoad): boolean {
    if (this.#gate.isShut !== other.#gate.isShut) return other.#gate.isShut;
    const now = this.#clock.now();
    const mine = this.#responseTime.at(now);
    const others = other.#responseTime.at(now);
    return weighted(this.#calls, mine, others) < 0.75 * weighted(other.#calls, others, mine) - 0.5;
  }
}

/** The weighted number of calls under way. A slow server without calls counts as one with calls. */
function weighted(calls: number, ms: number, otherMs: number): number {
  // Without recent calls, the response time of a server is unknown.
  if (ms === 0 || otherMs === 0) return calls;
  const weight = Math.max(1, ms / (otherMs + noiseMs) - 1);
  return (calls + 1) * weight - 1;
}
