/** What a person sends into the room of an order. Empty strings and 0 stand for fields that were not set. */
export interface ChatInput {
  readonly orderId: string;
  readonly sender: string;
  readonly text: string;
  /** In the first message of a stream: the number of the last message the sender has. */
  readonly sequence: bigint;
  /** A UUID that makes the message safe to send again. */
  readonly messageId: string;
}

/** A message as the room keeps it. */
export interface ChatMessage {
  readonly orderId: string;
  readonly sender: string;
  readonly text: string;
  readonly createTime: Date;
  /** 1, 2, 3 and so on in each room, without gaps. */
  readonly sequence: number;
  /** As the sender gave it; empty when there was none. */
  readonly messageId: string;
}
