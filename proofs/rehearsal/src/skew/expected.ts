import {
  create,
  type DescField,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { registryOf } from '@example/check';

/** The result of a call by a client of one version to a server of another. */
export interface Outcome {
  /** `user.v1.UserService/GetUser` */
  readonly method: string;
  /** The gRPC status code. */
  readonly code: number;
  /** The responses in ProtoJSON, as the client decodes them. */
  readonly responses: readonly unknown[];
  /** The requests in ProtoJSON, as the server decodes them; null when the call failed. */
  readonly seen: readonly unknown[] | null;
}

const ok = 0;
const unimplemented = 12;

/**
 * The results that two descriptor sets require for each method of the client: the fields that both have arrive, and a
 * method that the server lacks is UNIMPLEMENTED.
 *
 * @param client a google.protobuf.FileDescriptorSet
 * @param server another
 */
export function expectedOutcomes(client: Uint8Array, server: Uint8Array): Outcome[] {
  const served = methodsOf(registryOf(server));
  return [...methodsOf(registryOf(client))].map(([method, ours]) => {
    const theirs = served.get(method);
    if (!theirs) return { method, code: unimplemented, responses: [], seen: null };
    return {
      method,
      code: ok,
      responses: Array(countOfResponses(ours)).fill(jsonOfCommon(ours.output, theirs.output)),
      seen: Array(countOfRequests(ours)).fill(jsonOfCommon(theirs.input, ours.input)),
    };
  });
}

function methodsOf(registry: FileRegistry): Map<string, DescMethod> {
  const services = [...registry].filter((type) => type.kind === 'service');
  const methods = services.flatMap((service) => service.methods);
  return new Map(methods.map((method) => [`${method.parent.typeName}/${method.name}`, method]));
}

function countOfRequests({ methodKind }: DescMethod): number {
  return methodKind === 'client_streaming' || methodKind === 'bidi_streaming' ? 2 : 1;
}

function countOfResponses({ methodKind }: DescMethod): number {
  return methodKind === 'server_streaming' || methodKind === 'bidi_streaming' ? 2 : 1;
}

function jsonOfCommon(reader: DescMessage, writer: DescMessage): unknown {
  return toJson(reader, common(reader, writer, []).message);
}

/**
 * The fields that may be set in some types. An Any must contain a known type, and a Value must have exactly one kind.
 */
const onlyFields: Readonly<Record<string, readonly string[]>> = {
  'google.protobuf.Any': [],
  'google.protobuf.Value': ['string_value'],
};

/**
 * A message with all fields set that both types have. The programs in `consumers/skew-*` set the same values. A message
 * inside another message of its own type has only its required fields.
 *
 * @param within the types of the messages that contain this one
 */
function common(reader: DescMessage, writer: DescMessage, within: readonly string[]): ReflectMessage {
  const message = reflect(reader, create(reader));
  const { typeName } = reader;
  const isWithinItself = within.includes(typeName);
  for (const field of reader.fields) {
    if (isWithinItself && field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) continue;
    const written = writer.fields.find(({ number }) => number === field.number);
    if (!written || !isSet(written)) continue;
    const value = () => fieldValue(field, written, [...within, typeName]);
    if (field.fieldKind === 'map') message.get(field).set(mapKey(field.mapKey), value());
    else if (field.fieldKind !== 'list') message.set(field, value());
    else for (let i = 0; i < 2; i++) message.get(field).add(value());
  }
  return message;
}

/**
 * Whether a field stays set. A writer sets the fields of a oneof one after the other, so that only the last of them
 * stays set.
 */
function isSet(field: DescField): boolean {
  const isAllowed = ({ name, parent }: DescField) => onlyFields[parent.typeName]?.includes(name) ?? true;
  return isAllowed(field) && (field.oneof === undefined || field === field.oneof.fields.filter(isAllowed).at(-1));
}

function mapKey(type: ScalarType): unknown {
  return scalarValue(type, 'key', 1);
}

function fieldValue(field: DescField, written: DescField, within: readonly string[]): unknown {
  if (field.message && written.message) return common(field.message, written.message, within);
  if (written.enum) return (written.enum.values[1] ?? written.enum.values[0])?.number;
  const [name, number] = written.fieldKind === 'map' ? ['value', 2] : [written.name, written.number];
  return scalarValue(written.scalar as ScalarType, name, number);
}

function scalarValue(type: ScalarType, name: string, number: number): unknown {
  switch (type) {
    case ScalarType.STRING:
      return name;
    case ScalarType.BYTES:
      return new TextEncoder().encode(name);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return number + 0.5;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt(number);
    case ScalarType.BOOL:
      return true;
    default:
      return number;
  }
}
