import { FieldCheck } from '@example/service-kit';
import type { ChatInput } from './chat-message.ts';
import { idLimits } from './order-rules.ts';

const senderLimits = { min: 1, max: 100 };
const textLimits = { min: 1, max: 4_000 };

/** Checks the first message of a stream, whose text may be empty. @throws {InvalidFieldsError} */
export function checkFirstMessage({ orderId, sender, text, sequence, messageId }: ChatInput): void {
  const check = new FieldCheck();
  check.text('order_id', orderId, idLimits);
  check.text('sender', sender, senderLimits);
  if (text !== '') check.multilineText('text', text, textLimits);
  check.that(sequence >= 0n, 'sequence', 'must not be negative');
  check.optionalUuid('message_id', messageId);
  check.throwIfAny();
}

/** Checks that the sequence of the first message exists in the room. @throws {InvalidFieldsError} */
export function checkSequence(sequence: bigint, last: number): void {
  const check = new FieldCheck();
  check.that(sequence <= last, 'sequence', `must be at most ${last}, the number of the room's last message`);
  check.throwIfAny();
}

/** Checks a later message of the stream that started with `first`. @throws {InvalidFieldsError} */
export function checkLaterMessage({ orderId, sender, text, messageId }: ChatInput, first: ChatInput): void {
  const check = new FieldCheck();
  check.that(orderId === '' || orderId === first.orderId, 'order_id', 'must be empty or that of the first message');
  check.that(sender === '' || sender === first.sender, 'sender', 'must be empty or that of the first message');
  check.multilineText('text', text, textLimits);
  check.optionalUuid('message_id', messageId);
  check.throwIfAny();
}
