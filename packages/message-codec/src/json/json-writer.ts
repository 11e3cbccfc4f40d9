import { create, type DescMessage, type MessageInitShape, toJsonString } from '@bufbuild/protobuf';
import { isSupported } from '../is-supported.ts';
import { leaveFastPath } from '../leave-fast-path.ts';
import { messageJsonOf } from './json-encoder.ts';

const encoder = new TextEncoder();

/**
 * Returns a function that is equivalent to `toJsonString(schema, create(schema, message))` and a `TextEncoder`, and
 * several times faster for common proto3 messages. Small texts share Node's buffer pool.
 *
 * @throws what `create` and `toJsonString` throw
 */
export function jsonWriter<Desc extends DescMessage>(
  schema: Desc,
): (message: MessageInitShape<Desc>) => Uint8Array<ArrayBuffer> {
  const write = (message: MessageInitShape<Desc>) => encoder.encode(toJsonString(schema, create(schema, message)));
  if (!isSupported(schema)) return write;
  let json: ReturnType<typeof messageJsonOf> | undefined;
  return (message) => {
    json ??= messageJsonOf(schema);
    try {
      // Faster than a TextEncoder for small texts.
      return Buffer.from(json(message, true), 'utf8');
    } catch (error) {
      if (error !== leaveFastPath) throw error;
      return write(message);
    }
  };
}
