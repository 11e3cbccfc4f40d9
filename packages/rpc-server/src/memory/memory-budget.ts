/** Callers that hold nothing are forgotten when there are more than this. */
const trackedCallers = 10_000;

/** What the calls of one caller hold together. */
export interface CallerMemory {
  /** In bytes. */
  used: number;
}

/**
 * The memory that clients can make a server hold, in all protocols and both directions. One half is for calls: what
 * clients have sent and no handler has finished with, and what they have not read. The other half is for connections
 * and the write buffers of their sockets. `ConnectionMemory` has the rules by which they are shared.
 */
export class MemoryBudget {
  readonly #callers = new Map<string, CallerMemory>();
  /** What calls may still take, in bytes. */
  leftForCalls: number;
  /** What connections may still take, in bytes. Negative if what cannot be refused exceeds their half. */
  leftForConnections: number;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.leftForCalls = limit / 2;
    this.leftForConnections = limit / 2;
  }

  /** @param address of the client */
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
