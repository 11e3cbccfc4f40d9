import { isDeepStrictEqual } from 'node:util';
import { type DescMessage, type FileRegistry, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import type { WireVector } from '@example/release';

/**
 * @returns the messages with a vector that is no longer decoded to the same value, or loses fields when encoded again
 */
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
    const message = fromBinary(type, Buffer.from(hex, 'hex'));
    const isWhole = toBinary(type, message).length === hex.length / 2;
    return isWhole && isDeepStrictEqual(toJson(type, message, { registry }), json);
  } catch {
    return false;
  }
}
