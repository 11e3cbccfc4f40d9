import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fromBinary, fromJson, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';
import { VectorSchema } from '../gen/vectors/v1/vectors_pb.ts';
import { root } from '../programs.ts';
import type { WireVector } from './vectors.ts';

/** What a language made of a vector. */
interface Reading {
  /** The bytes, read and written again. */
  readonly hex: string;
  /** The bytes, read and written as ProtoJSON. */
  readonly json: JsonObject;
  /** The ProtoJSON, read and written as bytes. */
  readonly hexFromJson: string;
}

export type Reader = (vectors: readonly WireVector[]) => Promise<readonly Reading[]>;

const folder = join(root, 'proofs/matrix/vectors');

/** Reads vectors in each language. @throws {ToolchainMissingError} */
export const readers: Readonly<Record<string, Reader>> = {
  TypeScript: async (vectors) => vectors.map(readInTypeScript),
  Go: async (vectors) => await readBy([await buildGo(join(folder, 'go'), '.', 'interop-vectors')], vectors),
  Python: async (vectors) => {
    const tools = join(root, 'tools/python');
    const environment = new PythonEnvironment({
      folder: join(tools, '.venv'),
      requirements: join(tools, 'requirements.txt'),
    });
    environment.install((line) => process.stderr.write(line));
    return await readBy([environment.python, join(folder, 'python/main.py')], vectors);
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

/** By a program that answers each line of JSON with one. */
async function readBy(
  [program, ...args]: readonly [string, ...string[]],
  vectors: readonly WireVector[],
): Promise<Reading[]> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  child.stdin.end(vectors.map((vector) => `${JSON.stringify(vector, keepMinusZero)}\n`).join(''));
  const lines = (await text(child.stdout)).split('\n').filter((line) => line !== '');
  await closed;
  return lines.map((line) => JSON.parse(line) as Reading);
}

/** JSON.stringify writes -0 as 0; ProtoJSON takes a text for a number. */
function keepMinusZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? '-0' : value;
}
