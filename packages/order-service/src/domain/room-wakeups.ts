import { EventEmitter } from 'node:events';

/**
 * Tells the readers of a room that the store has something new for them. It carries no messages: a reader reads the store,
 * so that a wake-up too many or one for several messages does no harm.
 */
export class RoomWakeups {
  readonly #rooms = new EventEmitter().setMaxListeners(0);

  wake(orderId: string): void {
    this.#rooms.emit(`room ${orderId}`);
  }

  /** @returns what ends the subscription */
  subscribe(orderId: string, onWakeup: () => void): () => void {
    const event = `room ${orderId}`;
    this.#rooms.on(event, onWakeup);
    return () => this.#rooms.off(event, onWakeup);
  }
}
