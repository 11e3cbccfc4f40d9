import { EventEmitter } from 'node:events';
import type { RoomNotifications } from '../domain/room-notifications.ts';

/** Notifications within this process. */
export class LocalRoomNotifications implements RoomNotifications {
  readonly pollIntervalMs = Number.POSITIVE_INFINITY;
  readonly #rooms = new EventEmitter().setMaxListeners(0);

  notify(orderId: string): void {
    this.#rooms.emit(`room ${orderId}`);
  }

  notifyAll(): void {
    for (const event of this.#rooms.eventNames()) this.#rooms.emit(event);
  }

  subscribe(orderId: string, onNotification: () => void): () => void {
    const event = `room ${orderId}`;
    this.#rooms.on(event, onNotification);
    return () => this.#rooms.off(event, onNotification);
  }

  async close(): Promise<void> {}
}
