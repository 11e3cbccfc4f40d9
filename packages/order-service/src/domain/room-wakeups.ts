/**
 * Tells the readers of a room that the store has something new for them. It carries no messages: a reader reads the store, so that
 * a wake-up too many, one for several messages, or one that was lost does no harm.
 */
export interface RoomWakeups {
  wake(orderId: string): void;
  /** @returns what ends the subscription */
  subscribe(orderId: string, onWakeup: () => void): () => void;
  /** How long a reader may rely on it, in milliseconds: then they look by themselves. Infinity when no wake-up is ever lost. */
  readonly reliableMs: number;
  close(): Promise<void>;
}
