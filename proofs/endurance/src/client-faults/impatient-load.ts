import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import type { Random } from '@example/kit/random';
import { UserService } from '@example/protos/user/v1';

/** The counts of calls so far. Several loads may add to the same object. */
export interface ImpatientCounts {
  succeeded: number;
  /** Calls that the client or its deadline has ended. */
  aborted: number;
  /** Calls that have failed because of a broken server. */
  unavailable: number;
  /** The messages of unexpected errors, with their counts. */
  readonly failures: Map<string, number>;
}

/** The longest time until a call is cancelled, and the longest short deadline, in milliseconds. */
const shortMs = 20;
const timeoutMs = 10_000;

/** Makes unary calls and streams that are often cancelled, left early, or ended by their deadline. */
export class ImpatientLoad {
  readonly #transport: Transport;
  readonly #random: Random;
  readonly #counts: ImpatientCounts;
  readonly #callers: Promise<void>[];
  #isStopped = false;

  constructor(transport: Transport, callers: number, random: Random, counts: ImpatientCounts) {
    this.#transport = transport;
    this.#random = random;
    this.#counts = counts;
    this.#callers = Array.from({ length: callers }, () => this.#repeat());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#callers);
  }

  async #repeat(): Promise<void> {
    while (!this.#isStopped) {
      await this.#call();
      await new Promise((resolve) => setTimeout(resolve, this.#random.between(0, 5)));
    }
  }

  async #call(): Promise<void> {
    const random = this.#random;
    const abort = new AbortController();
    const timer = random.chance(0.4) ? setTimeout(() => abort.abort(), random.between(0, shortMs)) : undefined;
    const isHurried = random.chance(0.3);
    const options = { signal: abort.signal, timeoutMs: isHurried ? random.between(1, shortMs) : timeoutMs };
    try {
      if (random.chance(0.5)) await createClient(UserService, this.#transport).getUser({ id: '1' }, options);
      else for await (const _ of createClient(NoteService, this.#transport).listNotes({}, options));
      this.#counts.succeeded += 1;
    } catch (error) {
      this.#count(ConnectError.from(error), abort.signal.aborted, isHurried);
    } finally {
      clearTimeout(timer);
    }
  }

  #count({ code, message }: ConnectError, isCancelled: boolean, isHurried: boolean): void {
    const counts = this.#counts;
    const isExpected = (isCancelled && code === Code.Canceled) || (isHurried && code === Code.DeadlineExceeded);
    if (isExpected) counts.aborted += 1;
    // The client does not repeat a stream that has begun. A server that hangs may hold the call until its deadline.
    else if (code === Code.Unavailable || code === Code.DeadlineExceeded) counts.unavailable += 1;
    else counts.failures.set(message, (counts.failures.get(message) ?? 0) + 1);
  }
}
