/** When this many callers are tracked, those that hold no memory are forgotten. */
const trackedCallers = 10_000;

/** The memory that the calls of one caller hold together. */
export interface CallerMemory {
  /** The number of bytes. */
  used: number;
}

/**
 * The memory that clients can make a server hold, in all protocols and both directions. One half is for calls: for
 * requests until the handler has finished with them, and for responses until the client has read them. The other half
 * is for connections and the write buffers of their sockets. `ConnectionMemory` defines how the halves are shared.
 */
export class MemoryBudget {
  readonly #callers = new Map<string, CallerMemory>();
  /** The free bytes of the half for calls. */
  leftForCalls: number;
  /** The free bytes of the half for connections. Negative if memory that cannot be refused exceeds the half. */
  leftForConnections: number;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.leftForCalls = limit / 2;
    this.leftForConnections = limit / 2;
  }

  /** @param address the address of the client */
  caller(address: string): CallerMemory {
    let caller = this.#callers.get(address);
    if (caller === undefined) {
      if (this.#callers.size >= trackedCallers) this.#forgetIdle();
      caller = { used: 0 };
      this.#callers.set(address, caller);
    }
    return caller;
  }

  #forgetIdle(): void {
    for (const [address, { used }] of this.#callers) {
      if (used === 0) this.#callers.delete(address);
    }
  }
}
