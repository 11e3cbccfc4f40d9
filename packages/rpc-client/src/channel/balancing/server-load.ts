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

/** Differences of response times below this are of no importance, in milliseconds. */
const noiseMs = 0.5;

/** What is known of a server from its calls. */
export class ServerLoad {
  #calls = 0;
  readonly #gate = new FailureGate();
  readonly #responseTime = new ResponseTime();

  // Functions of their own, because a balancer passes them on.

  readonly onStreamStarted = (): void => {
    this.#calls += 1;
    this.#gate.onCall();
  };

  readonly onStreamEnded = (code: status): void => {
    this.#calls -= 1;
    if (code === status.OK) this.#gate.onSuccess();
    else if (failures.has(code)) this.#gate.onFailure();
  };

  /** Only unary calls have a time that says something about the server. */
  readonly onUnaryStarted = (): void => {
    this.#responseTime.onCallStarted();
    this.onStreamStarted();
  };

  readonly onUnaryEnded = (code: status): void => {
    this.#responseTime.onCallEnded(!failures.has(code) && code !== status.CANCELLED);
    this.onStreamEnded(code);
  };

  /**
   * Whether this server has clearly fewer calls under way. The calls of a server that is more than twice as slow count
   * more. With a strict comparison, servers that are a little slower, for example on a busy machine, would get far
   * fewer calls, which would make the other servers the slower ones.
   */
  isClearlyLessThan(other: ServerLoad): boolean {
    if (this.#gate.isShut !== other.#gate.isShut) return other.#gate.isShut;
    const now = performance.now();
    const mine = this.#responseTime.at(now);
    const others = other.#responseTime.at(now);
    return weighted(this.#calls, mine, others) < 0.75 * weighted(other.#calls, others, mine) - 0.5;
  }
}

/** Also a slow server without calls counts as one that has some. */
function weighted(calls: number, ms: number, otherMs: number): number {
  // Nothing is known of a server without calls.
  if (ms === 0 || otherMs === 0) return calls;
  const weight = Math.max(1, ms / (otherMs + noiseMs) - 1);
  return (calls + 1) * weight - 1;
}
