import { EventEmitter } from 'node:events';
import type { RoomWakeups } from '../domain/room-wakeups.ts';

/** Wake-ups within this process. */
export class LocalRoomWakeups implements RoomWakeups {
  readonly reliableMs = Number.POSITIVE_INFINITY;
  readonly #rooms = new EventEmitter().setMaxListeners(0);

  wake(orderId: string): void {
    this.#rooms.emit(`room ${orderId}`);
  }

  wakeAll(): void {
    for (const event of this.#rooms.eventNames()) this.#rooms.emit(event);
  }

  subscribe(orderId: string, onWakeup: () => void): () => void {
    const event = `room ${orderId}`;
    this.#rooms.on(event, onWakeup);
    return () => this.#rooms.off(event, onWakeup);
  }

  async close(): Promise<void> {}
}
