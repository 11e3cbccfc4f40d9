import { randomUUID } from 'node:crypto';
import { type Client, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';

/** The results of a load. */
export interface Outcome {
  /** Calls that may be repeated, and how many of them failed. */
  readonly idempotent: { readonly made: number; readonly failed: number };
  /** Creates without an idempotency key. Each of them may fail, but none may have an effect twice. */
  readonly creates: { readonly made: number; readonly failed: number };
  /** The names of all creates, and of those that succeeded. */
  readonly names: ReadonlySet<string>;
  readonly succeeded: ReadonlySet<string>;
  /** The first errors of idempotent calls. */
  readonly errors: readonly string[];
  /** The milliseconds of each call that could be repeated. */
  readonly durations: readonly number[];
  /** The number of calls by the server that responded. */
  readonly servers: ReadonlyMap<string, number>;
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
  readonly #names = new Set<string>();
  readonly #succeeded = new Set<string>();
  readonly #errors: string[] = [];
  readonly #durations: number[] = [];
  readonly #servers = new Map<string, number>();

  /** @param callers of each kind @param pauseMs between two calls of a caller */
  constructor(transport: Transport, callers: { readers: number; creators: number; keyed: number }, pauseMs: number) {
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
    return {
      idempotent: this.#idempotent,
      creates: this.#creates,
      names: this.#names,
      succeeded: this.#succeeded,
      errors: this.#errors,
      durations: this.#durations,
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
      this.#servers.set(name, (this.#servers.get(name) ?? 0) + 1);
    } catch (error) {
      this.#fail(error);
    }
    this.#durations.push(performance.now() - start);
  }

  async #create(requestId: string): Promise<void> {
    const name = randomUUID();
    this.#names.add(name);
    const isKeyed = requestId !== '';
    if (isKeyed) this.#idempotent.made += 1;
    else this.#creates.made += 1;
    try {
      await this.#users.createUser({ name, email: 'a@example.com', requestId }, { timeoutMs });
      this.#succeeded.add(name);
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
