/** A message from a client to the room of an order. Unset fields are empty strings or 0. */
export interface ChatInput {
  readonly orderId: string;
  readonly sender: string;
  readonly text: string;
  /** The sequence of the last message that the sender has received; only in the first message of a stream. */
  readonly sequence: bigint;
  /** A UUID that makes the message safe to resend, or empty. */
  readonly messageId: string;
}

/** A message as stored in the room. */
export interface ChatMessage {
  readonly orderId: string;
  readonly sender: string;
  readonly text: string;
  readonly createTime: Date;
  /** 1, 2, 3 and so on in each room, without gaps. */
  readonly sequence: number;
  /** The id that the sender chose; may be empty. */
  readonly messageId: string;
}
