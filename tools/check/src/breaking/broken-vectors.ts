import { isDeepStrictEqual } from 'node:util';
import { type DescMessage, type FileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';

/** An encoded message that every later version must decode to the same value. */
export interface WireVector {
  /** The full name of the message type. */
  readonly type: string;
  readonly hex: string;
  /** The same message in ProtoJSON. */
  readonly json: unknown;
}

/** @returns the message types whose vector no longer decodes to the same value */
export function brokenVectors(vectors: readonly WireVector[], registry: FileRegistry): string[] {
  return vectors
    .filter((vector) => {
      const type = registry.getMessage(vector.type);
      return !type || !isKept(vector, type, registry);
    })
    .map(({ type }) => type);
}

function isKept({ hex, json }: WireVector, type: DescMessage, registry: FileRegistry): boolean {
  try {
    return isDeepStrictEqual(toJson(type, fromBinary(type, Buffer.from(hex, 'hex')), { registry }), json);
  } catch {
    return false;
  }
}
