import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { DurationSchema, FieldMaskSchema, hasCustomJsonRepresentation, isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { maxDepth } from '../max-depth.ts';
import { exactInteger, isNumberText } from './number-text.ts';
import { isCalendarTime, timestampName } from './timestamp-json.ts';

/** An object or array that `JSON.parse` returned. */
type Parent = Record<PropertyKey, unknown>;

/** Returns the source text of a number, if JavaScript would write the number differently. */
type SourceOf = (parent: Parent, name: PropertyKey) => string | undefined;

/** A parsed text. */
export interface ExactJson {
  /** An object with one property, '', which is the parsed value. */
  readonly root: Parent;
  /** The number of members of all objects. Of several members with one name, only the last counts. */
  readonly memberCount: number;
  readonly sourceOf: SourceOf;
}

/** @throws {SyntaxError} */
export function parseExactJson(text: string): ExactJson {
  const sources = new Map<Parent, Map<PropertyKey, string>>();
  let root: Parent = {};
  let memberCount = 0;
  function note(this: Parent, name: string, value: unknown, { source }: { source?: string }): unknown {
    if (!Array.isArray(this)) memberCount++;
    if (typeof value === 'number' && source !== undefined && source !== String(value)) {
      if (!sources.has(this)) sources.set(this, new Map());
      sources.get(this)?.set(name, source);
    }
    // The reviver's last call is for the outermost value, whose parent is the root.
    root = this;
    return value;
  }
  JSON.parse(text, note as Parameters<typeof JSON.parse>[1]);
  return { root, memberCount: memberCount - 1, sourceOf: (parent, name) => sources.get(parent)?.get(String(name)) };
}

/**
 * Makes protobuf-es read numbers and texts as ProtoJSON specifies (https://protobuf.dev/programming-guides/json/). By
 * itself, protobuf-es accepts JavaScript numbers such as `0x1` and `+1`, rounds 64-bit integers that are not strings,
 * and spends seconds on millions of digits. It also accepts days that do not exist, text after a duration, and blanks
 * in base64.
 *
 * @returns the value, with 64-bit integers as decimal strings
 * @throws if a text is not valid for the type of its field
 */
export function withExactValues(schema: DescMessage, { root, sourceOf }: ExactJson): unknown {
  readMessage(schema, root, '', sourceOf, 1);
  return root[''];
}

function readMessage(schema: DescMessage, parent: Parent, name: PropertyKey, sourceOf: SourceOf, depth: number): void {
  if (isWrapperDesc(schema)) {
    readScalar(schema.fields[0] as DescField, parent, name, sourceOf);
    return;
  }
  const json = parent[name];
  const isText = texts.get(schema.typeName);
  if (isText !== undefined && typeof json === 'string' && !isText(json)) throw notOfType(schema, json);
  // protobuf-es refuses deeper values, and values that are not objects.
  if (depth > maxDepth || !isParent(json) || hasCustomJsonRepresentation(schema)) return;
  for (const field of schema.fields) {
    const { name: protoName, jsonName } = field;
    if (Object.hasOwn(json, jsonName)) readField(field, json, jsonName, sourceOf, depth + 1);
    // protobuf-es refuses an object with both names, unless the names are equal.
    else if (Object.hasOwn(json, protoName)) readField(field, json, protoName, sourceOf, depth + 1);
  }
}

function readField(field: DescField, parent: Parent, name: PropertyKey, sourceOf: SourceOf, depth: number): void {
  const json = parent[name];
  const read = (at: Parent, key: PropertyKey) =>
    field.message === undefined
      ? readScalar(field, at, key, sourceOf)
      : readMessage(field.message, at, key, sourceOf, depth);
  if (field.fieldKind !== 'list' && field.fieldKind !== 'map') read(parent, name);
  else if (isParent(json)) {
    for (const key of Object.keys(json)) {
      if (field.fieldKind === 'map') checkKey(field, key);
      read(json, key);
    }
  }
}

function readScalar(field: DescField, parent: Parent, name: PropertyKey, sourceOf: SourceOf): void {
  const json = parent[name];
  const text = typeof json === 'number' ? (sourceOf(parent, name) ?? String(json)) : json;
  if (typeof text !== 'string' || field.scalar === undefined) return;
  if (field.scalar === ScalarType.BYTES) {
    if (!base64.test(text)) throw notOfType(field, text);
  } else if (longs.has(field.scalar)) {
    const integer = exactInteger(text);
    if (integer === undefined) throw notOfType(field, text);
    parent[name] = integer.toString();
  } else if (numbers.has(field.scalar) && !isNumberText(text) && !isNamed(field.scalar, text)) {
    throw notOfType(field, text);
  }
}

function checkKey(field: DescField & { fieldKind: 'map' }, key: string): void {
  if (numbers.has(field.mapKey) && !/^-?[0-9]{1,20}$/.test(key)) throw notOfType(field, key);
}

function isNamed(scalar: ScalarType, text: string): boolean {
  const isFloat = scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT;
  return isFloat && (text === 'NaN' || text === 'Infinity' || text === '-Infinity');
}

function notOfType(desc: DescField | DescMessage, text: string): Error {
  const shown = text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
  return new Error(`cannot decode ${desc} from JSON: ${JSON.stringify(shown)} is not a value of its type`);
}

function isParent(json: unknown): json is Parent {
  return typeof json === 'object' && json !== null;
}

const maxShown = 40;

/**
 * The longest field mask that is accepted, in characters: protobuf-es takes half a second for 4 million capital
 * letters.
 */
const maxMaskLength = 65_536;

/** Standard or URL-safe, with or without padding. */
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Well-known types whose JSON is a string. */
const texts = new Map<string, (text: string) => boolean>([
  [timestampName, isCalendarTime],
  [FieldMaskSchema.typeName, (text) => text.length <= maxMaskLength],
  [DurationSchema.typeName, (text) => /^-?[0-9]{1,12}(?:\.[0-9]{1,9})?s$/.test(text)],
]);

const longs = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

const numbers = new Set([
  ...longs,
  ...[ScalarType.DOUBLE, ScalarType.FLOAT, ScalarType.INT32, ScalarType.UINT32],
  ...[ScalarType.SINT32, ScalarType.FIXED32, ScalarType.SFIXED32],
]);
