import { setTimeout } from 'node:timers/promises';
import type { Logger } from '@example/rpc-server';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { RoomNotifications } from '../domain/room-notifications.ts';
import { LocalRoomNotifications } from './local-room-notifications.ts';

/**
 * The subject of a room is this prefix and the order id. The id is in base64url, because ids may have characters that
 * subjects may not have.
 */
const subjectPrefix = 'example.order-chat.';

/** The pause between two attempts to connect, in milliseconds. */
const retryMs = 500;

/**
 * Notifications between processes over NATS (https://docs.nats.io/nats-concepts/core-nats). NATS may lose
 * notifications. While NATS is down, chats continue to work, but messages between processes are delayed by up to
 * `pollIntervalMs`.
 */
export class NatsRoomNotifications implements RoomNotifications {
  readonly pollIntervalMs = 1_000;
  readonly #local = new LocalRoomNotifications();
  #connection: NatsConnection | undefined;
  #isClosed = false;
  /** The last logged error, so that repeated attempts log the same error once. */
  #loggedError = '';

  /**
   * Connects in the background.
   *
   * @param url `nats://HOST:PORT`, or `tls://HOST:PORT` to require TLS, with `USER:PASSWORD@` or `TOKEN@` before the
   * host
   */
  constructor(url: string, logger: Logger) {
    void this.#run(url, logger);
  }

  notify(orderId: string): void {
    this.#local.notify(orderId);
    if (this.#connection?.isClosed() === false) this.#connection.publish(subjectOf(orderId));
  }

  subscribe(orderId: string, onNotification: () => void): () => void {
    return this.#local.subscribe(orderId, onNotification);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close();
  }

  async #run(url: string, logger: Logger): Promise<void> {
    while (!this.#isClosed) {
      await this.#relay(url, logger).catch((error: Error) => this.#logOnce(error, logger));
      await setTimeout(retryMs, undefined, { ref: false });
    }
  }

  /** Runs until the connection is closed. A lost connection is reopened. */
  async #relay(url: string, logger: Logger): Promise<void> {
    const connection = await connect(connectionOptions(url));
    if (this.#isClosed) return await connection.close();
    this.#connection = connection;
    connection.subscribe(`${subjectPrefix}*`, { callback: (_, { subject }) => this.#local.notify(orderIdOf(subject)) });
    logger.info('connected to NATS');
    this.#loggedError = '';
    for await (const status of connection.status()) {
      if (status.type === 'disconnect')
        logger.warn('disconnected from NATS: chat messages between processes are delayed');
      if (status.type === 'error') this.#logOnce(status.error, logger);
      if (status.type === 'reconnect') {
        this.#loggedError = '';
        // Notifications may have been lost in the meantime.
        this.#local.notifyAll();
      }
    }
  }

  /** Attempts usually fail with the same error: log it once. */
  #logOnce(error: Error, logger: Logger): void {
    if (error.message !== this.#loggedError)
      logger.error({ err: error }, 'NATS is unavailable: chat messages between processes are delayed');
    this.#loggedError = error.message;
  }
}

function connectionOptions(url: string): ConnectionOptions {
  const { protocol, host, username, password } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: host,
    ...(pass === '' ? { token: user } : { user, pass }),
    // Without this, TLS is used only if the server offers it.
    ...(protocol === 'tls:' && { tls: {} }),
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    // New credentials may not have reached the server yet.
    ignoreAuthErrorAbort: true,
  };
}

function subjectOf(orderId: string): string {
  return `${subjectPrefix}${Buffer.from(orderId).toString('base64url')}`;
}

function orderIdOf(subject: string): string {
  return Buffer.from(subject.slice(subjectPrefix.length), 'base64url').toString();
}
