import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import { isRequired, type Limits, limitsOf } from './limits.ts';

export interface JsonSchema extends Omit<Limits, 'items'> {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly enum?: readonly (string | number)[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

/** The ProtoJSON form of types that google.protobuf owns (https://protobuf.dev/programming-guides/json/). */
const wellKnown: Readonly<Record<string, JsonSchema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Empty': { type: 'object' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array' },
  'google.protobuf.Any': { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] },
};

const int32 = { type: 'integer', format: 'int32' };
const uint32 = { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 };
/** 64-bit integers are strings, because JavaScript's numbers cannot represent all of them. */
const int64 = { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$' };
const uint64 = { type: 'string', format: 'uint64', pattern: '^[0-9]{1,20}$' };
const positive64 = '^[1-9][0-9]{0,18}$';

const scalars: Readonly<Record<ScalarType, JsonSchema>> = {
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
};

/**
 * The types to which a message's schema refers, including the message itself, each once. Types of google.protobuf are
 * left out.
 */
export function referredTypes(message: DescMessage): (DescMessage | DescEnum)[] {
  const found = new Set<DescMessage | DescEnum>([message]);
  for (const type of found) {
    if (type.kind !== 'message') continue;
    for (const { message: inner, enum: values } of type.fields) {
      if (values) found.add(values);
      if (inner && !(inner.typeName in wellKnown)) found.add(inner);
    }
  }
  return [...found];
}

/**
 * The JSON Schema of a message or enum in ProtoJSON, with comments and limits.
 *
 * @param refer returns the reference to another type by its name
 * @param isRequest whether the message is the request of a method. A request must set each field whose default value is
 *   invalid
 */
export function schemaOf(
  type: DescMessage | DescEnum,
  refer: (name: string) => string,
  isRequest: boolean,
): JsonSchema {
  return type.kind === 'enum' ? enumSchema(type) : messageSchema(type, refer, isRequest);
}

function enumSchema(type: DescEnum): JsonSchema {
  const values = type.values.map((value) => `- \`${value.name}\`: ${commentOf(value)}`);
  return {
    description: `${commentOf(type)}\n\n${values.join('\n')}`,
    type: 'string',
    enum: type.values.map(({ name }) => name),
  };
}

function messageSchema(type: DescMessage, refer: (name: string) => string, isRequest: boolean): JsonSchema {
  const fields = type.fields.map((field) => ({ field, limits: limitsOf(field) }));
  const required = isRequest ? fields.filter(({ field, limits }) => isRequired(field, limits)) : [];
  return {
    description: commentOf(type),
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ field, limits }) => [field.jsonName, fieldSchema(field, limits, refer)]),
    ),
    ...(required.length > 0 && { required: required.map(({ field }) => field.jsonName) }),
  };
}

function fieldSchema(field: DescField, { items, ...limits }: Limits, refer: (name: string) => string): JsonSchema {
  const description = [commentOf(field), oneofNote(field)].filter((text) => text !== '').join('\n\n');
  if (field.fieldKind === 'list') {
    return { description, type: 'array', items: { ...valueSchema(field, refer), ...items }, ...limits };
  }
  if (field.fieldKind === 'map') {
    return { description, type: 'object', additionalProperties: valueSchema(field, refer) };
  }
  const schema = valueSchema(field, refer);
  const isText = schema.type === 'string';
  // A 64-bit integer is a string here, and a string cannot have the limits of a number. Only a pattern can require that
  // it is positive.
  const { minimum, maximum, ...others } = limits;
  const numeric = isText && field.scalar !== ScalarType.STRING;
  return { description, ...schema, ...(numeric ? (minimum === 1 ? { pattern: positive64 } : others) : limits) };
}

function oneofNote({ oneof }: DescField): string {
  return oneof === undefined ? '' : `At most one of ${oneof.fields.map(({ jsonName }) => jsonName).join(', ')} is set.`;
}

/** The schema of a field's value, or of one item of a list or map. */
function valueSchema(field: DescField, refer: (name: string) => string): JsonSchema {
  if (field.message) return wellKnown[field.message.typeName] ?? { $ref: refer(field.message.typeName) };
  if (field.enum) return { $ref: refer(field.enum.typeName) };
  return scalars[field.scalar as ScalarType];
}
