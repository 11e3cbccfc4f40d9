import type { DescMessage } from '@bufbuild/protobuf';
import { nestedMessages } from '../nested-messages.ts';

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const openBrace = 0x7b;

/**
 * Types whose JSON may be a single string with any number of elements. A field mask writes all its paths in one string,
 * and an Any may contain a field mask.
 */
const listsInStrings = new Set(['google.protobuf.FieldMask', 'google.protobuf.Any']);

/**
 * Returns a function that checks whether a JSON text has more than `max` elements: objects, arrays, and each further
 * member or item. The function does not parse the text, and stops at the limit. An element takes at least one byte.
 */
export function jsonElementLimit(schema: DescMessage): (bytes: Uint8Array, max: number) => boolean {
  let readsStrings: boolean | undefined;
  return (bytes, max) => {
    readsStrings ??= nestedMessages(schema).some(({ typeName }) => listsInStrings.has(typeName));
    let count = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === quote && !readsStrings) at = stringEnd(bytes, at + 1);
      else if ((byte === comma || byte === openBracket || byte === openBrace) && ++count > max) return true;
    }
    return false;
  };
}

/** @returns the index of the closing quote of a string */
export function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
