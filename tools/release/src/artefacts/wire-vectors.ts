import {
  create,
  type DescField,
  type DescMessage,
  type FileRegistry,
  ScalarType,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import {
  AnySchema,
  DurationSchema,
  FeatureSet_FieldPresence,
  FieldMaskSchema,
  TimestampSchema,
  ValueSchema,
} from '@bufbuild/protobuf/wkt';
import { registryOf, type WireVector } from '@example/check';

/** @returns the messages of the API, without those of imported files */
function messagesOf(registry: FileRegistry): DescMessage[] {
  return [...registry]
    .filter((type) => type.kind === 'message')
    .filter(({ typeName }) => !typeName.startsWith('google.'))
    .sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

/**
 * @returns one message of each type of an API, with every field set. In a oneof only the last field is set, and a
 *   message inside another message of its own type has only its required fields
 */
export function wireVectors(descriptors: Uint8Array): WireVector[] {
  const registry = registryOf(descriptors);
  return messagesOf(registry).map((type) => {
    const { message } = sampleOf(type, []);
    return {
      type: type.typeName,
      hex: Buffer.from(toBinary(type, message)).toString('hex'),
      json: toJson(type, message, { registry }),
    };
  });
}

/** @param within the types of the messages that contain this one */
function sampleOf(type: DescMessage, within: readonly string[]): ReflectMessage {
  const known = wellKnown(type);
  if (known) return known;
  const sample = reflect(type, create(type));
  const isWithinItself = within.includes(type.typeName);
  for (const field of type.fields) {
    if (!isWithinItself || isRequired(field)) setSample(sample, field, [...within, type.typeName]);
  }
  return sample;
}

/** Whether a message without the field is invalid: proto2. */
function isRequired({ presence }: DescField): boolean {
  return presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

/** Values for types such as google.protobuf.Timestamp, of which not every value has a ProtoJSON form. */
function wellKnown(type: DescMessage): ReflectMessage | undefined {
  switch (type.typeName) {
    case TimestampSchema.typeName:
      return reflect(type, create(TimestampSchema, { seconds: 1_700_000_000n, nanos: 123_456_789 }));
    case DurationSchema.typeName:
      return reflect(type, create(DurationSchema, { seconds: 3_600n, nanos: 500_000_000 }));
    case ValueSchema.typeName:
      return reflect(type, create(ValueSchema, { kind: { case: 'stringValue', value: 'text' } }));
    case AnySchema.typeName:
      // Every reader has this type. In an Any, readers may not know other types.
      return reflect(type, create(AnySchema));
    case FieldMaskSchema.typeName:
      return reflect(type, create(FieldMaskSchema, { paths: ['name', 'address.zip_code'] }));
    default:
      return undefined;
  }
}

function setSample(sample: ReflectMessage, field: DescField, types: readonly string[]): void {
  switch (field.fieldKind) {
    case 'scalar':
      sample.set(field, scalarOf(field.scalar, field.number));
      break;
    case 'enum':
      sample.set(field, lastOf(field.enum.values).number);
      break;
    case 'message':
      sample.set(field, sampleOf(field.message, types));
      break;
    case 'list':
      for (const seed of [1, 2]) sample.get(field).add(elementOf(field, seed, types));
      break;
    case 'map':
      sample.get(field).set(scalarOf(field.mapKey, 1), elementOf(field, 1, types));
      break;
  }
}

function elementOf(field: DescField & { fieldKind: 'list' | 'map' }, seed: number, types: readonly string[]): unknown {
  if (field.message) return sampleOf(field.message, types);
  if (field.enum) return lastOf(field.enum.values).number;
  return scalarOf(field.scalar as ScalarType, seed);
}

function scalarOf(type: ScalarType, seed: number): unknown {
  switch (type) {
    case ScalarType.STRING:
      return `${seed} Ní neart ☘ 😀`;
    case ScalarType.BYTES:
      return Uint8Array.of(0, 255, seed);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
      return seed + 0.1;
    case ScalarType.FLOAT:
      // This value is exact in 32 bits, so that all languages print the same number.
      return seed + 0.5;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      // A double cannot represent this value exactly.
      return 2n ** 53n + BigInt(2 * seed + 1);
    default:
      return 2 ** 31 - seed;
  }
}

function lastOf<T>(values: readonly T[]): T {
  const last = values.at(-1);
  if (last === undefined) throw new Error('an enum without values');
  return last;
}
