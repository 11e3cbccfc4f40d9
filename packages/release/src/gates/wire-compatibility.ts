import { isDeepStrictEqual } from 'node:util';
import { type DescMessage, type FileRegistry, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import type { WireVector } from '../release/wire-vectors.ts';

/** @returns the messages of which a vector is no longer read as the same value, or written with all that it had */
export function brokenVectors(vectors: readonly WireVector[], registry: FileRegistry): string[] {
  return vectors
    .filter((vector) => {
      const type = registry.getMessage(vector.type);
      return !type || !isRead(vector, type, registry);
    })
    .map(({ type }) => type);
}

function isRead({ hex, json }: WireVector, type: DescMessage, registry: FileRegistry): boolean {
  try {
    const message = fromBinary(type, Buffer.from(hex, 'hex'));
    return (
      toBinary(type, message).length === hex.length / 2 && isDeepStrictEqual(toJson(type, message, { registry }), json)
    );
  } catch {
    return false;
  }
}
