import type { Grant, SharedLimit, WorkerPart } from '../config/worker-part.ts';
import { PerCaller } from './per-caller.ts';
import { type CallerLimit, tooMany } from './rate-limit.ts';

const second = 1_000;
/** The size of a lease: this part of the rate, divided by the number of workers. */
const leasePart = 1 / 8;
const maxLease = 1_024;
/** The wait that `take` returns while a grant is on its way, in milliseconds. */
const grantMs = 1;

/** The amount that a caller may still take from this worker, until `endsAt`, a time of `performance.now()`. */
interface Lease {
  left: number;
  endsAt: number;
  /** The supervisor grants nothing more to this caller before this time of `performance.now()`. */
  deniedUntil: number;
  /** Resolves when the requested grant has arrived; undefined while none is requested. */
  asked: Promise<void> | undefined;
}

const newLease = (): Lease => ({ left: 0, endsAt: 0, deniedUntil: 0, asked: undefined });

/**
 * The limit of each caller that all workers share. The supervisor counts, and each worker takes small leases from the
 * supervisor. In each second, a worker uses its first lease before the supervisor grants it, so that callers who call
 * seldom never wait. The supervisor counts that lease as well, so the workers together exceed the limit by at most an
 * eighth.
 */
export class SharedRateLimit implements CallerLimit {
  readonly #limit: SharedLimit;
  readonly #worker: Pick<WorkerPart, 'ask'>;
  readonly #leases = new PerCaller(newLease);
  /** The amount that a worker uses before it is granted. Later leases have the same size. */
  readonly #advance: number;

  constructor(limit: SharedLimit, perSecond: number, workers: number, worker: Pick<WorkerPart, 'ask'>) {
    this.#limit = limit;
    this.#worker = worker;
    this.#advance = Math.min(maxLease, Math.floor((perSecond * leasePart) / workers));
  }

  take(caller: string, now = performance.now()): number {
    const lease = this.#leases.of(caller);
    if (now >= lease.endsAt) this.#begin(lease, caller, now);
    if (lease.left > 0) {
      lease.left -= 1;
      if (lease.left < this.#advance / 2) this.#ask(lease, caller, now, 0);
      return 0;
    }
    if (now < lease.deniedUntil) return lease.deniedUntil - now;
    this.#ask(lease, caller, now, 0);
    return grantMs;
  }

  count(caller: string, now = performance.now()): void | Promise<void> {
    const waitMs = this.take(caller, now);
    if (waitMs === 0) return undefined;
    const { asked } = this.#leases.of(caller);
    if (asked === undefined) throw tooMany('calls', waitMs);
    return asked.then(() => this.count(caller));
  }

  #begin(lease: Lease, caller: string, now: number): void {
    lease.endsAt = now + second;
    lease.left = 0;
    if (lease.asked !== undefined || this.#advance === 0) return;
    lease.left = this.#advance;
    this.#ask(lease, caller, now, this.#advance);
  }

  /** @param advance the part of the grant that is in use already */
  #ask(lease: Lease, caller: string, now: number, advance: number): void {
    if (lease.asked !== undefined || now < lease.deniedUntil) return;
    const wanted = Math.max(1, this.#advance);
    const { promise, resolve } = Promise.withResolvers<void>();
    lease.asked = promise;
    this.#worker.ask(this.#limit, caller, wanted, ({ amount, forMs }: Grant) => {
      lease.asked = undefined;
      lease.left += amount - advance;
      lease.endsAt = performance.now() + forMs;
      if (amount < wanted) lease.deniedUntil = lease.endsAt;
      resolve();
    });
  }
}
