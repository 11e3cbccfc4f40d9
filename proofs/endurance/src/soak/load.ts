import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { Random } from '@example/kit/random';
import { OrderService } from '@example/protos/order/v1';
import type { Done } from '../usage/soak-result.ts';
import { breakOff } from './broken-connection.ts';
import { bidiCalls, type Call, halfDuplexCalls, listen } from './calls.ts';
import { type Connection, connect, connectByGrpc } from './client-connections.ts';

const timeoutMs = 10_000;
/** The service ends a call when its client is silent for longer than this, in milliseconds. */
const longestListenMs = 240_000;
/** A timeout that is sometimes too short, in milliseconds. */
const shortMs = 20;

/** The codes of calls that the client has cancelled, or that have lost their connection or exceeded their deadline. */
const abortCodes = new Set([Code.Canceled, Code.DeadlineExceeded, Code.Unavailable, Code.Aborted]);

/** Clients that connect, call, cancel and disappear. */
export class Load {
  readonly #url: string;
  #succeeded = 0;
  #aborted = 0;
  #connections = 0;
  readonly #failures = new Map<string, number>();

  constructor(url: string) {
    this.#url = url;
  }

  get done(): Done {
    return {
      succeeded: this.#succeeded,
      aborted: this.#aborted,
      connections: this.#connections,
      failures: this.#failures,
    };
  }

  /** Runs clients for a time. All of their connections are closed at the end. */
  async run(clients: number, ms: number, seed: number): Promise<void> {
    const end = performance.now() + ms;
    const isOver = () => performance.now() >= end;
    const orderId = await this.#makeOrder();
    await Promise.all([
      this.#listen(orderId, Math.floor(Math.min(ms, longestListenMs))),
      ...Array.from({ length: clients }, (_, index) => this.#runClient(new Random(seed + index), orderId, isOver)),
    ]);
  }

  /** A call without a deadline that lasts as long as the load. */
  async #listen(orderId: string, ms: number): Promise<void> {
    const connection = connectByGrpc(this.#url);
    this.#connections += 1;
    try {
      await listen(createClient(OrderService, connection.transport), orderId, AbortSignal.timeout(ms));
    } catch (error) {
      this.#countFailure(error, connection);
    } finally {
      connection.destroy();
    }
  }

  async #makeOrder(): Promise<string> {
    const connection = connect(this.#url, new Random(0));
    try {
      const { id } = await createClient(OrderService, connection.transport).createOrder({ customerId: 'chat' });
      return id;
    } finally {
      connection.destroy();
    }
  }

  async #runClient(random: Random, orderId: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.#connections += 1;
      if (random.chance(0.1)) {
        await breakOff(this.#url, random);
        continue;
      }
      const connection = connect(this.#url, random);
      try {
        for (let left = random.between(1, 20); left > 0 && !isOver() && !connection.isDestroyed; left--) {
          await this.#makeSomeCalls(connection, random, orderId);
        }
      } finally {
        connection.destroy();
      }
    }
  }

  /** Makes a few calls at once, and sometimes destroys the connection. */
  async #makeSomeCalls(connection: Connection, random: Random, orderId: string): Promise<void> {
    const calls = Object.values(connection.isBidi ? bidiCalls : halfDuplexCalls);
    const underWay = Array.from({ length: random.between(1, 5) }, () =>
      this.#make(random.pick(calls), connection, random, orderId),
    );
    if (random.chance(0.05)) connection.destroy();
    await Promise.all(underWay);
  }

  async #make(call: Call, connection: Connection, random: Random, orderId: string): Promise<void> {
    const abort = new AbortController();
    const timer = random.chance(0.2) ? setTimeout(() => abort.abort(), random.between(0, shortMs)) : undefined;
    const callTimeoutMs = random.chance(0.1) ? random.between(1, shortMs) : timeoutMs;
    const orders = createClient(OrderService, connection.transport);
    try {
      await call({ orders, random, orderId, signal: abort.signal, timeoutMs: callTimeoutMs });
      this.#succeeded += 1;
    } catch (error) {
      this.#countFailure(error, connection);
    } finally {
      clearTimeout(timer);
    }
  }

  #countFailure(error: unknown, { isDestroyed }: Connection): void {
    const { code, message } = ConnectError.from(error);
    if (abortCodes.has(code) || isDestroyed) this.#aborted += 1;
    else this.#failures.set(message, (this.#failures.get(message) ?? 0) + 1);
  }
}
