import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fromBinary, toBinary, toJsonString } from '@bufbuild/protobuf';
import { brokenVectors, checkBreaking, registryOf, type WireVector, wrongGoPackages } from '@example/check';
import { root } from '@example/kit/root';
import { jsonReader, jsonWriter, messageReader, messageWriter } from '@example/message-codec';
import { releaseFiles, run } from '@example/release';
import type { ReleasedVersion } from '../released-version.ts';
import { generateAndDepend, releaseAll } from './proto-repository.ts';

/**
 * Generates, checks and releases a repository whose protos were edited: the checks compare its API with the released
 * ones. Then the codec of the services and Python read and write its wire vectors.
 *
 * @throws {Error} when a step fails
 */
export async function passWholeWay(repository: string): Promise<ReleasedVersion> {
  const buf = async (...args: string[]) => await run('buf', args, { cwd: repository });
  await buf('format', '--write', '--exclude-path', 'proto/google');
  await generateAndDepend(repository);
  await buf('lint');
  expectNone('Go packages', wrongGoPackages(repository));
  expectNone('broken for released versions', await checkBreaking(repository));
  const release = await releaseAll(repository);
  const vectors = await readVectors(release);
  expectNone('broken wire vectors', brokenVectors(vectors, registryOf(release.descriptors)));
  expectNone('messages that the codec changes', changedByCodec(vectors, release.descriptors));
  await readInPython(repository, release);
  return release;
}

/** @returns the wire vectors of a release */
export async function readVectors({ folder }: ReleasedVersion): Promise<WireVector[]> {
  return JSON.parse(await readFile(join(dirname(folder), releaseFiles.vectors), 'utf8')) as WireVector[];
}

function expectNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${what}: ${found.join(', ')}`);
}

/** @returns the messages that the codec of the services reads or writes differently from protobuf-es */
function changedByCodec(vectors: readonly WireVector[], descriptors: Uint8Array): string[] {
  const registry = registryOf(descriptors);
  return vectors
    .filter(({ type, hex }) => {
      const schema = registry.getMessage(type);
      if (!schema) return true;
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      const message = fromBinary(schema, bytes);
      const json = Buffer.from(toJsonString(schema, message));
      return !(
        isDeepStrictEqual(messageReader(schema)(bytes), message) &&
        Buffer.from(messageWriter(schema)(message)).equals(toBinary(schema, message)) &&
        Buffer.from(jsonWriter(schema)(message)).equals(json) &&
        isDeepStrictEqual(jsonReader(schema)(json), message)
      );
    })
    .map(({ type }) => type);
}

/** Imports every module of the generated package, and decodes and encodes every wire vector. */
async function readInPython(repository: string, { folder }: ReleasedVersion): Promise<void> {
  const python = join(root, 'examples/python/.venv/bin/python');
  const program = join(root, 'proofs/rehearsal/consumers/vectors-python/vectors.py');
  const env = { ...process.env, PYTHONPATH: join(repository, 'gen/python'), PYTHONDONTWRITEBYTECODE: '1' };
  await run(python, [program, join(dirname(folder), releaseFiles.vectors)], { cwd: repository, env });
}
