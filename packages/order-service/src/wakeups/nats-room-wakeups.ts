import type { Logger } from '@example/rpc-server';
import { connect, type NatsConnection } from '@nats-io/transport-node';
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

  /** @param url such as `nats://localhost:4222`; it is reached in the background */
  constructor(url: string, logger: Logger) {
    this.#run(url, logger).catch((error: unknown) => {
      logger.error({ err: error }, 'no wake-ups over NATS: chats between processes are late');
    });
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
    const connection = await connect({
      servers: url,
      noEcho: true,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: retryMs,
    });
    if (this.#isClosed) return await connection.close();
    this.#connection = connection;
    connection.subscribe(`${subjectStart}*`, { callback: (_, { subject }) => this.#local.wake(orderIdOf(subject)) });
    logger.info('wake-ups go over NATS');
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') logger.warn('NATS is away: chats between processes are late');
      // Nobody knows what was said meanwhile.
      if (type === 'reconnect') this.#local.wakeAll();
    }
  }
}

function subjectOf(orderId: string): string {
  return `${subjectStart}${Buffer.from(orderId).toString('base64url')}`;
}

function orderIdOf(subject: string): string {
  return Buffer.from(subject.slice(subjectStart.length), 'base64url').toString();
}
