/**
 * Notifies the readers of a room that the store has new messages. Readers take the messages from the store, so that a
 * surplus, merged or lost notification does no harm.
 */
export interface RoomNotifications {
  notify(orderId: string): void;
  /** @returns a function that ends the subscription */
  subscribe(orderId: string, onNotification: () => void): () => void;
  /**
   * How often readers must poll the store, in milliseconds, in case notifications are lost; Infinity if none can be
   * lost.
   */
  readonly pollIntervalMs: number;
  close(): Promise<void>;
}
