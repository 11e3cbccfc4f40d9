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
import { registryOf } from '../release/wire-vectors.ts';

/** What a client of one version learns from a method of a server of another. */
export interface Outcome {
  /** `user.v1.UserService/GetUser` */
  readonly method: string;
  /** Of gRPC. */
  readonly code: number;
  /** In ProtoJSON, as the client understands them. */
  readonly answers: readonly unknown[];
  /** The requests in ProtoJSON, as the server understands them; null when the call failed. */
  readonly seen: readonly unknown[] | null;
}

const ok = 0;
const unimplemented = 12;

/**
 * What the two descriptor sets say of every method that the client knows: one that the server has too is answered, and the fields that
 * both know arrive; one that it does not have is UNIMPLEMENTED.
 *
 * @param client a google.protobuf.FileDescriptorSet
 * @param server another
 */
export function expectedOutcomes(client: Uint8Array, server: Uint8Array): Outcome[] {
  const there = methodsOf(registryOf(server));
  return [...methodsOf(registryOf(client))].map(([method, ours]) => {
    const theirs = there.get(method);
    if (!theirs) return { method, code: unimplemented, answers: [], seen: null };
    return {
      method,
      code: ok,
      answers: Array(countOfAnswers(ours)).fill(jsonOfCommon(ours.output, theirs.output)),
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

function countOfAnswers({ methodKind }: DescMethod): number {
  return methodKind === 'server_streaming' || methodKind === 'bidi_streaming' ? 2 : 1;
}

function jsonOfCommon(reader: DescMessage, writer: DescMessage): unknown {
  return toJson(reader, common(reader, writer).message, { useProtoFieldName: true });
}

/** A message with those fields set that the writer knows too. Programs in `consumers/skew-*` set them to the same. */
function common(reader: DescMessage, writer: DescMessage): ReflectMessage {
  const message = reflect(reader, create(reader));
  for (const field of reader.fields) {
    const written = writer.fields.find(({ number }) => number === field.number);
    if (!written) continue;
    if (field.fieldKind !== 'list') message.set(field, fieldValue(field, written));
    else for (let i = 0; i < 2; i++) message.get(field).add(fieldValue(field, written));
  }
  return message;
}

function fieldValue(field: DescField, written: DescField): unknown {
  if (field.message && written.message) return common(field.message, written.message);
  if (written.enum) return written.enum.values[1]?.number;
  const { name, number } = written;
  switch (written.scalar) {
    case ScalarType.STRING:
      return name;
    case ScalarType.DOUBLE:
      return number + 0.5;
    case ScalarType.INT64:
      return BigInt(number);
    case ScalarType.INT32:
      return number;
    case ScalarType.BOOL:
      return true;
    default:
      throw new Error(`${written} has a type that nothing is known of`);
  }
}
