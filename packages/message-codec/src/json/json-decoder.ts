import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { hasCustomJsonRepresentation } from '@bufbuild/protobuf/wkt';
import { type Accessor, accessorOf, type Fields } from '../accessors.ts';
import { leaveFastPath } from '../leave-fast-path.ts';
import { maxDepth } from '../max-depth.ts';
import { messageCreator } from '../message-creator.ts';
import { enumReader, type ReadJson, scalarReader } from './json-value-readers.ts';
import { readTimestamp, timestampName } from './timestamp-json.ts';

interface JsonField {
  readonly read: ReadJson;
  readonly set: Accessor['set'];
  /** The field's second name, if its JSON name and its proto name differ: an object may have only one of the two. */
  readonly otherName: string | undefined;
}

const decoders = new WeakMap<DescMessage, JsonDecoder>();

/** @returns a function that reads messages of a type */
export function messageReaderOf(schema: DescMessage): ReadJson {
  if (schema.typeName === timestampName) return readTimestamp;
  if (hasCustomJsonRepresentation(schema)) return unsupported;
  const decoder = decoders.get(schema) ?? new JsonDecoder(schema);
  return (json, depth, members) => decoder.decode(json, depth, members);
}

/** Decodes messages of one type. */
class JsonDecoder {
  readonly #fields = new Map<string, JsonField>();
  readonly #create: () => Fields;

  constructor(schema: DescMessage) {
    // The decoder is added before its fields are created, because a type may contain itself.
    decoders.set(schema, this);
    this.#create = messageCreator(schema);
    for (const field of schema.fields) {
      const { name, jsonName } = field;
      const [read, set] = [fieldReader(field), fieldSetter(field)];
      this.#fields.set(name, { read, set, otherName: jsonName });
      this.#fields.set(jsonName, { read, set, otherName: undefined });
    }
  }

  /** @param depth the nesting depth of the message @throws `leaveFastPath` */
  decode(json: unknown, depth: number, members: { count: number }): Fields {
    if (typeof json !== 'object' || json === null || Array.isArray(json) || depth > maxDepth) throw leaveFastPath;
    const message = this.#create();
    for (const name in json) {
      members.count++;
      const field = this.#fields.get(name);
      // An unknown field is ignored, and so are the members of objects in its value. Their number is then missing in
      // `members.count`, and jsonReader falls back to protobuf-es.
      if (field === undefined) continue;
      if (field.otherName !== undefined && Object.hasOwn(json, field.otherName)) throw leaveFastPath;
      field.set(message, field.read((json as Fields)[name], depth + 1, members));
    }
    return message;
  }
}

function fieldSetter(field: DescField): Accessor['set'] {
  const { localName, oneof } = field;
  if (oneof === undefined) return accessorOf(field).set;
  const { get, set } = accessorOf(oneof);
  return (message, value) => {
    if ((get(message) as { case?: unknown }).case !== undefined) throw leaveFastPath;
    set(message, { case: localName, value });
  };
}

function fieldReader(field: DescField): ReadJson {
  if (field.fieldKind === 'map') return unsupported;
  const read = elementReader(field);
  if (field.fieldKind !== 'list') return read;
  return (json, depth, members) => {
    if (!Array.isArray(json)) throw leaveFastPath;
    const list: unknown[] = [];
    for (let index = 0; index < json.length; index++) list.push(read(json[index], depth, members));
    return list;
  };
}

function elementReader(field: Exclude<DescField, { fieldKind: 'map' }>): ReadJson {
  if (field.message !== undefined) return messageReaderOf(field.message);
  if (field.enum !== undefined) return enumReader(field.enum);
  return scalarReader(field.scalar, field.longAsString);
}

function unsupported(): never {
  throw leaveFastPath;
}
