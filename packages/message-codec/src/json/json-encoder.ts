import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, hasCustomJsonRepresentation } from '@bufbuild/protobuf/wkt';
import { type Accessor, accessorOf, type Fields } from '../accessors.ts';
import { isAbsent, isInitOf, listOf, mapOf, oneofOf } from '../init-values.ts';
import { leaveFastPath } from '../leave-fast-path.ts';
import { enumJson, isZeroOf, scalarJson } from './json-value-writers.ts';
import { timestampJson, timestampName } from './timestamp-json.ts';

/**
 * Returns the JSON of the value of a field, or undefined if the field is absent.
 *
 * @param isInit whether the value belongs to a message init, not to a message
 * @throws `leaveFastPath`
 */
type FieldJson = (value: unknown, isInit: boolean) => string | undefined;
/** @param mayBeInit whether a message may be a message init @throws `leaveFastPath` */
type ValueJson = (value: unknown, mayBeInit: boolean) => string;

interface JsonField {
  readonly get: Accessor['get'];
  readonly name: string;
  readonly json: FieldJson;
}

const encoders = new WeakMap<DescMessage, JsonEncoder>();

/** @returns a function that writes messages of a type */
export function messageJsonOf(schema: DescMessage): ValueJson {
  if (schema.typeName === timestampName) return timestampJson;
  if (hasCustomJsonRepresentation(schema) || !hasPlainNames(schema)) return unsupported;
  const encoder = encoders.get(schema) ?? new JsonEncoder(schema);
  return (message, mayBeInit) => encoder.encode(message, mayBeInit);
}

/** Encodes messages of one type. */
class JsonEncoder {
  readonly #typeName: string;
  readonly #fields: readonly JsonField[];

  constructor(schema: DescMessage) {
    // The encoder is added before its fields are created, because a type may contain itself.
    encoders.set(schema, this);
    this.#typeName = schema.typeName;
    const sorted = schema.fields.toSorted((one, other) => one.number - other.number);
    this.#fields = sorted.map((field) => {
      const { get } = accessorOf(field.oneof ?? field);
      return { get, name: `${JSON.stringify(field.jsonName)}:`, json: fieldJson(field) };
    });
  }

  encode(message: unknown, mayBeInit: boolean): string {
    const isInit = isInitOf(message, this.#typeName, mayBeInit);
    const fields = this.#fields;
    let text = '';
    for (let index = 0; index < fields.length; index++) {
      const { get, name, json } = fields[index] as JsonField;
      const value = json(get(message as Fields), isInit);
      if (value !== undefined) text += (text === '' ? '{' : ',') + name + value;
    }
    return text === '' ? '{}' : `${text}}`;
  }
}

/**
 * Whether no name looks like an array index or occurs twice. `JSON.stringify`, and therefore protobuf-es, writes such
 * indexes first, and each name only once.
 */
function hasPlainNames({ fields }: DescMessage): boolean {
  const names = new Set(fields.map(({ jsonName }) => jsonName).filter((name) => !/^[0-9]+$/.test(name)));
  return names.size === fields.length;
}

function fieldJson(field: DescField): FieldJson {
  if (field.fieldKind === 'map') return emptyMapJson;
  const json = elementJson(field);
  if (field.fieldKind === 'list') return listJson(json);
  if (field.oneof !== undefined) return oneofJson(field.localName, json);
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) {
    return (value, isInit) => (isAbsent(value, isInit) ? undefined : json(value, isInit));
  }
  const isZero = isZeroOf(field);
  return (value, isInit) =>
    isZero(value) || (isInit && (value === undefined || value === null)) ? undefined : json(value, isInit);
}

function elementJson(field: Exclude<DescField, { fieldKind: 'map' }>): ValueJson {
  if (field.message !== undefined) return messageJsonOf(field.message);
  return field.enum === undefined ? scalarJson(field.scalar) : enumJson(field.enum);
}

function oneofJson(name: string, json: ValueJson): FieldJson {
  return (value, isInit) => {
    const oneof = oneofOf(value, isInit);
    return oneof.case === name ? json(oneof.value, isInit) : undefined;
  };
}

function listJson(json: ValueJson): FieldJson {
  return (value, isInit) => {
    const list = listOf(value, isInit);
    if (list.length === 0) return undefined;
    let text = `[${json(list[0], isInit)}`;
    for (let index = 1; index < list.length; index++) text += `,${json(list[index], isInit)}`;
    return `${text}]`;
  };
}

function emptyMapJson(value: unknown, isInit: boolean): undefined {
  if (Object.keys(mapOf(value, isInit)).length > 0) throw leaveFastPath;
}

function unsupported(): never {
  throw leaveFastPath;
}
