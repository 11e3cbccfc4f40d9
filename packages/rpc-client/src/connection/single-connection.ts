import { Code, ConnectError } from '@connectrpc/connect';
import type { ConnectionSource, Picked, Retries, Waiter } from '../call/connection-source.ts';
import type { Address, CallConnection, Connect } from './call-connection.ts';

/** One address and one connection, which is opened when a call needs it. */
export class SingleConnection implements ConnectionSource {
  readonly #connect: Connect;
  readonly #address: Address;
  #connection: CallConnection | undefined;
  #attempt: AbortController | undefined;
  #waiters: Waiter[] = [];
  #isClosed = false;

  constructor(connect: Connect, address: Address) {
    this.#connect = connect;
    this.#address = address;
  }

  pick(): Picked | undefined {
    const connection = this.#connection;
    return connection?.hasRoom === true ? { connection, onEnd() {} } : undefined;
  }

  wait(waiter: Waiter): void {
    if (this.#isClosed) {
      waiter.onUnavailable(new ConnectError('the transport is closed', Code.Unavailable));
      return;
    }
    this.#waiters.push(waiter);
    if (this.#connection === undefined && this.#attempt === undefined) void this.#open();
  }

  retries(): Retries | undefined {
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#attempt?.abort();
    this.#connection?.drain();
    this.#fail('the transport is closed');
  }

  async #open(): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    try {
      let connection: CallConnection | undefined;
      connection = await this.#connect(
        this.#address,
        {
          onRoom: () => this.#serve(),
          onLeaving: () => {
            if (this.#connection === connection) this.#connection = undefined;
          },
          onClose: () => {},
        },
        attempt.signal,
      );
      this.#connection = connection;
    } catch (error) {
      this.#fail((error as Error).message);
    } finally {
      this.#attempt = undefined;
    }
    this.#serve();
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const waiter = this.#waiters[0] as Waiter;
      const picked = waiter.isDone ? undefined : this.pick();
      if (picked === undefined && !waiter.isDone) return;
      this.#waiters.shift();
      if (picked !== undefined) waiter.onPicked(picked);
    }
  }

  #fail(message: string): void {
    const error = () => new ConnectError(message, Code.Unavailable);
    for (const waiter of this.#waiters.splice(0)) if (!waiter.isDone) waiter.onUnavailable(error());
  }
}
