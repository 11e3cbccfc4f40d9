import type { DescMessage } from '@bufbuild/protobuf';

/** @returns a message type, and all types of messages in it, at all levels */
export function nestedMessages(schema: DescMessage): DescMessage[] {
  const seen = new Set([schema]);
  for (const { fields } of seen) {
    for (const { message } of fields) if (message !== undefined) seen.add(message);
  }
  return [...seen];
}
