import type { ChatMessage } from '../domain/chat-message.ts';

/** A message as its row has it. */
export interface MessageRow {
  readonly order_id: string;
  readonly sequence: number;
  readonly sender: string;
  readonly text: string;
  /** A text where the database has whole numbers that a double cannot hold. */
  readonly create_time_ms: number | string;
  readonly message_id: string;
}

export function toMessage(row: MessageRow): ChatMessage {
  return {
    orderId: row.order_id,
    sequence: row.sequence,
    sender: row.sender,
    text: row.text,
    createTime: new Date(Number(row.create_time_ms)),
    messageId: row.message_id,
  };
}
