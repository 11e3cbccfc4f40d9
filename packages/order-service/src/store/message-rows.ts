import type { ChatMessage } from '../domain/chat-message.ts';

/** The row of a message. */
export interface MessageRow {
  readonly order_id: string;
  readonly sequence: number;
  readonly sender: string;
  readonly text: string;
  /** A string in PostgreSQL, where a BIGINT may exceed the range of a double. */
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
