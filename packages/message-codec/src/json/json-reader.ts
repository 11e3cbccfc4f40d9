import {
  type DescMessage,
  fromJson,
  fromJsonString,
  type JsonReadOptions,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';
import { isSupported } from '../is-supported.ts';
import { leaveFastPath } from '../leave-fast-path.ts';
import { utf8Text } from '../utf8-text.ts';
import { parseExactJson, withExactValues } from './exact-json.ts';
import { messageReaderOf } from './json-decoder.ts';
import { stringEnd } from './json-element-limit.ts';
import type { ReadJson } from './json-value-readers.ts';

const textDecoder = new TextDecoder('utf-8', { fatal: true });
const quote = 0x22;
const colon = 0x3a;

/**
 * Returns a function that reads ProtoJSON, several times faster than `fromJsonString` for common proto3 messages. It
 * ignores unknown fields. Unlike `fromJsonString`, it refuses invalid UTF-8 and texts that are not valid for the type
 * of their field, and does not round integers: see `withExactValues`.
 *
 * @param options the options of `fromJsonString`; with options, protobuf-es reads all messages
 * @throws the errors of `fromJsonString`
 */
export function jsonReader<Desc extends DescMessage>(
  schema: Desc,
  options?: Partial<JsonReadOptions>,
): (bytes: Uint8Array) => MessageShape<Desc> {
  const read = slowReader(schema, { ignoreUnknownFields: true, ...options });
  if (options !== undefined || !isSupported(schema)) return read;
  let decode: ReadJson | undefined;
  return (bytes) => {
    decode ??= messageReaderOf(schema);
    try {
      const members = { count: 0 };
      const message = decode(JSON.parse(utf8Text(bytes, 0, bytes.length)), 1, members);
      if (members.count === memberCount(bytes)) return message as MessageShape<Desc>;
    } catch (error) {
      if (error !== leaveFastPath && !(error instanceof SyntaxError)) throw error;
    }
    return read(bytes);
  };
}

function slowReader<Desc extends DescMessage>(
  schema: Desc,
  options: Partial<JsonReadOptions>,
): (bytes: Uint8Array) => MessageShape<Desc> {
  return (bytes) => {
    const text = decodeText(bytes);
    const json = parse(text);
    // protobuf-es reports the error for invalid syntax (undefined here) and for a duplicate name.
    if (json?.memberCount !== memberCount(bytes)) return fromJsonString(schema, text, options);
    return fromJson(schema, withExactValues(schema, json) as JsonValue, options);
  };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return textDecoder.decode(bytes);
  } catch {
    throw new Error('the message is not valid UTF-8');
  }
}

function parse(text: string): ReturnType<typeof parseExactJson> | undefined {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new Error('the message has too many levels');
  }
}

/**
 * Counts the members of all objects in valid JSON, as colons outside of strings. `JSON.parse` drops members with
 * duplicate names, so that its result has fewer members. protobuf-es refuses such names.
 */
function memberCount(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === colon) count++;
    else if (bytes[at] === quote) at = stringEnd(bytes, at + 1);
  }
  return count;
}
