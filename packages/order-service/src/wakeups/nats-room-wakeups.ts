import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@example/rpc-server';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { RoomWakeups } from '../domain/room-wakeups.ts';
import { LocalRoomWakeups } from './local-room-wakeups.ts';

/** The subject of a room is this and the id of its order in base64url: an id may have characters that subjects may not. */
const subjectStart = 'example.order-chat.';

/** How long it waits before it tries to reach NATS again, in milliseconds. */
const retryMs = 500;

/**
 * Wake-ups between processes, over NATS (https://docs.nats.io/nats-concepts/core-nats). NATS may lose some, and need not be there:
 * chats go on without it, only later.
 */
export class NatsRoomWakeups implements RoomWakeups {
  readonly reliableMs = 1_000;
  readonly #local = new LocalRoomWakeups();
  #connection: NatsConnection | undefined;
  #isClosed = false;
  /** Why there is no connection, as the log has it already. */
  #said = '';

  /**
   * @param url `nats://HOST:PORT`, or `tls://` and the same to insist on TLS, with `USER:PASSWORD@` or `TOKEN@` before the host;
   * it is reached in the background
   */
  constructor(url: string, logger: Logger) {
    void this.#run(url, logger);
  }

  wake(orderId: string): void {
    this.#local.wake(orderId);
    if (this.#connection?.isClosed() === false) this.#connection.publish(subjectOf(orderId));
  }

  subscribe(orderId: string, onWakeup: () => void): () => void {
    return this.#local.subscribe(orderId, onWakeup);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close();
  }

  async #run(url: string, logger: Logger): Promise<void> {
    while (!this.#isClosed) {
      await this.#relay(url, logger).catch((error: Error) => this.#sayOnce(error, logger));
      await setTimeout(retryMs, undefined, { ref: false });
    }
  }

  /** Until the connection is closed; when it is only lost, it is made again. */
  async #relay(url: string, logger: Logger): Promise<void> {
    const connection = await connect(connectionOptions(url));
    if (this.#isClosed) return await connection.close();
    this.#connection = connection;
    connection.subscribe(`${subjectStart}*`, { callback: (_, { subject }) => this.#local.wake(orderIdOf(subject)) });
    logger.info('wake-ups go over NATS');
    this.#said = '';
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') logger.warn('NATS is away: chats between processes are late');
      if (status.type === 'error') this.#sayOnce(status.error, logger);
      if (status.type === 'reconnect') {
        this.#said = '';
        // Nobody knows what was said meanwhile.
        this.#local.wakeAll();
      }
    }
  }

  /** Each attempt fails for the same reason. */
  #sayOnce(error: Error, logger: Logger): void {
    if (error.message !== this.#said)
      logger.error({ err: error }, 'no wake-ups over NATS: chats between processes are late');
    this.#said = error.message;
  }
}

function connectionOptions(url: string): ConnectionOptions {
  const { protocol, host, username, password } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: host,
    ...(pass === '' ? { token: user } : { user, pass }),
    // Without this TLS is used when the server offers it.
    ...(protocol === 'tls:' && { tls: {} }),
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    // The server may not know of new credentials yet.
    ignoreAuthErrorAbort: true,
  };
}

function subjectOf(orderId: string): string {
  return `${subjectStart}${Buffer.from(orderId).toString('base64url')}`;
}

function orderIdOf(subject: string): string {
  return Buffer.from(subject.slice(subjectStart.length), 'base64url').toString();
}
