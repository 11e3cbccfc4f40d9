import { join } from 'node:path';
import { fromBinary, fromJson, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { buildProgram, installPython, toolsPython } from '@example/kit/toolchains';
import { VectorSchema } from '../gen/vectors/v1/vectors_pb.ts';
import type { WireVector } from './vectors.ts';

/** A vector after a language has read it and written it again. */
interface Reading {
  /** The bytes, read and then written again. */
  readonly hex: string;
  /** The bytes, read and then written as ProtoJSON. */
  readonly json: JsonObject;
  /** The ProtoJSON, read and then written as bytes. */
  readonly hexFromJson: string;
}

export type Reader = (vectors: readonly WireVector[]) => Promise<readonly Reading[]>;

const folder = join(root, 'proofs/matrix/vectors');

/** Reads vectors in each language. @throws {ToolchainMissingError} */
export const readers: Readonly<Record<string, Reader>> = {
  TypeScript: async (vectors) => vectors.map(readInTypeScript),
  Go: async (vectors) => await readBy([await buildProgram(join(folder, 'go'), '.', 'matrix-vectors')], vectors),
  Python: async (vectors) => {
    installPython(toolsPython);
    return await readBy([toolsPython.python, join(folder, 'python/main.py')], vectors);
  },
};

function readInTypeScript({ hex, json }: WireVector): Reading {
  const message = fromBinary(VectorSchema, Buffer.from(hex, 'hex'));
  const encoded = (value: typeof message) => Buffer.from(toBinary(VectorSchema, value)).toString('hex');
  return {
    hex: encoded(message),
    json: toJson(VectorSchema, message) as JsonObject,
    hexFromJson: encoded(fromJson(VectorSchema, json)),
  };
}

/** Reads vectors by a program that writes a line of JSON for each line of its input. */
async function readBy(
  [file, ...args]: readonly [string, ...string[]],
  vectors: readonly WireVector[],
): Promise<Reading[]> {
  const input = vectors.map((vector) => `${JSON.stringify(vector, keepMinusZero)}\n`).join('');
  const lines = (await outputOf(file, args, { input })).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Reading);
}

/** Writes -0 as a string, which ProtoJSON accepts for a number, because JSON.stringify writes -0 as 0. */
function keepMinusZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? '-0' : value;
}
