import { types } from 'node:util';
import { cut } from './log-text.ts';

/** The longest text, in characters; longer ones are cut. */
const maxTextLength = 1_024;
const maxStackLength = 8 * 1_024;
/** The limit of the total length of the texts of one line, in characters. */
const maxLineLength = 16 * 1_024;
/** The length that is counted for each value in addition to its text, in characters. */
const valueLength = 8;
const maxDepth = 5;
const maxEntries = 100;
const unreadable = '[unreadable]';

/** The number of further characters that the line may have. */
interface Room {
  left: number;
}

/**
 * Copies the values of a line, so that writing the line cannot fail, and its length is bounded. If reading a property
 * throws, a placeholder replaces the property. Long texts and deep objects are cut.
 *
 * @returns strings, numbers, booleans, null, undefined, and arrays and plain objects of these
 */
export function loggable(value: unknown): unknown {
  return copy(() => value, 0, { left: maxLineLength });
}

function copy(read: () => unknown, depth: number, room: Room, maxLength = maxTextLength): unknown {
  room.left -= valueLength;
  try {
    const value = read();
    if (typeof value === 'object' && value !== null) return objectOf(value, depth, room);
    if (typeof value === 'function') return '[function]';
    const isText = typeof value === 'string' || typeof value === 'bigint' || typeof value === 'symbol';
    return isText ? textOf(String(value), maxLength, room) : value;
  } catch {
    return unreadable;
  }
}

function textOf(text: string, maxLength: number, room: Room): string {
  const part = cut(text, Math.max(0, Math.min(maxLength, room.left))).toWellFormed();
  room.left -= part.length;
  return part;
}

function objectOf(value: object, depth: number, room: Room): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth === maxDepth) return '[object]';
  const property = (name: PropertyKey, maxLength?: number) =>
    copy(() => value[name as keyof typeof value], depth + 1, room, maxLength);
  if (Array.isArray(value)) return Array.from({ length: Math.min(value.length, maxEntries) }, (_, i) => property(i));
  const fields: Record<string, unknown> = {};
  if (types.isNativeError(value)) {
    fields['type'] = copy(() => value.constructor.name, depth, room);
    fields['message'] = property('message');
    fields['stack'] = property('stack', maxStackLength);
    for (const name of ['cause', 'errors']) if (name in value) fields[name] = property(name);
  } else if ('toJSON' in value && typeof value.toJSON === 'function') {
    const { toJSON } = value;
    return copy(() => toJSON.call(value), depth + 1, room);
  }
  for (const name of Object.keys(value).slice(0, maxEntries)) {
    if (room.left <= 0) break;
    if (!Object.hasOwn(fields, name)) fields[textOf(name, maxTextLength, room)] = property(name);
  }
  return fields;
}
