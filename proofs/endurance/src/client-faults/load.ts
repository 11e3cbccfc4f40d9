import { randomUUID } from 'node:crypto';
import { type Client, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';

/** The number of callers of each kind. */
export interface Callers {
  readonly readers: number;
  /** Callers that create without an idempotency key. */
  readonly creators: number;
  /** Callers that create with an idempotency key. */
  readonly keyed: number;
}

interface Counts {
  readonly made: number;
  readonly failed: number;
}

/** The results of a load. */
export interface Outcome {
  /** Calls that may be repeated. */
  readonly idempotent: Counts;
  /** Creates without an idempotency key. Each of them may fail, but none may have an effect twice. */
  readonly creates: Counts;
  /** The names of the creates that succeeded. */
  readonly succeeded: readonly string[];
  /** The first errors of calls that may be repeated. */
  readonly errors: readonly string[];
  /** The median and the 99th percentile of the time of a read, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The number of reads that each server responded to, by the name of the server. */
  readonly servers: Readonly<Record<string, number>>;
}

const maxErrors = 10;
const timeoutMs = 10_000;

/** Continuous calls of several kinds, each by several callers. */
export class Load {
  readonly #users: Client<typeof UserService>;
  readonly #callers: Promise<void>[];
  #isStopped = false;
  readonly #idempotent = { made: 0, failed: 0 };
  readonly #creates = { made: 0, failed: 0 };
  readonly #succeeded: string[] = [];
  readonly #errors: string[] = [];
  readonly #durations: number[] = [];
  readonly #servers: Record<string, number> = {};

  /** @param pauseMs the pause between two calls of a caller */
  constructor(transport: Transport, callers: Callers, pauseMs: number) {
    this.#users = createClient(UserService, transport);
    const start = (count: number, call: () => Promise<void>) =>
      Array.from({ length: count }, () => this.#repeat(call, pauseMs));
    this.#callers = [
      ...start(callers.readers, () => this.#read()),
      ...start(callers.creators, () => this.#create('')),
      ...start(callers.keyed, () => this.#create(randomUUID())),
    ];
  }

  async stop(): Promise<Outcome> {
    this.#isStopped = true;
    await Promise.all(this.#callers);
    const sorted = Float64Array.from(this.#durations).sort();
    const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    return {
      idempotent: this.#idempotent,
      creates: this.#creates,
      succeeded: this.#succeeded,
      errors: this.#errors,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      servers: this.#servers,
    };
  }

  async #repeat(call: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!this.#isStopped) {
      await call();
      // A pause, because other processes also run on this machine, and the load must not take a whole core.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #read(): Promise<void> {
    const start = performance.now();
    this.#idempotent.made += 1;
    try {
      const { name } = await this.#users.getUser({ id: '1' }, { timeoutMs });
      this.#servers[name] = (this.#servers[name] ?? 0) + 1;
    } catch (error) {
      this.#fail(error);
    }
    this.#durations.push(performance.now() - start);
  }

  async #create(requestId: string): Promise<void> {
    const name = randomUUID();
    const isKeyed = requestId !== '';
    if (isKeyed) this.#idempotent.made += 1;
    else this.#creates.made += 1;
    try {
      await this.#users.createUser({ name, email: 'a@example.com', requestId }, { timeoutMs });
      this.#succeeded.push(name);
    } catch (error) {
      if (isKeyed) this.#fail(error);
      else this.#creates.failed += 1;
    }
  }

  #fail(error: unknown): void {
    this.#idempotent.failed += 1;
    if (this.#errors.length < maxErrors) this.#errors.push(ConnectError.from(error).message);
  }
}
