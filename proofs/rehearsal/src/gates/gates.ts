import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { type ReleasedApi, registryOf, releaseFiles, run, type WireVector } from '@example/release';
import type { Services } from '../services.ts';
import { brokenVectors } from './broken-vectors.ts';
import { startFaultyServices } from './faulty-services.ts';
import { mutate, type ProtoMutation } from './proto-mutations.ts';
import { brokenPromises } from './released-client.ts';
import type { ServiceFault } from './service-faults.ts';

/** Whether each gate that was played has caught an edit, by the name of the gate. */
export type Catches = ReadonlyMap<string, boolean>;

/** The gates that compare an API with the released APIs, and the gate that calls the services. */
export const gateNames = ['buf breaking', 'wire vectors', 'released client'] as const;

/** @returns the descriptor set of the protos here */
export async function currentDescriptors(): Promise<Uint8Array> {
  return await inNewFolder(async (folder) => {
    const path = join(folder, 'current.binpb');
    await run('buf', ['build', '--as-file-descriptor-set', '-o', path], { cwd: root });
    return await readFile(path);
  });
}

/** Plays an edit of the API against the gates that compare APIs. */
export async function playProtoMutation(
  mutation: ProtoMutation,
  descriptors: Uint8Array,
  releases: readonly ReleasedApi[],
): Promise<Catches> {
  const mutated = mutate(descriptors, mutation);
  return new Map([
    ['buf breaking', await bufCatches(mutated, releases)],
    ['wire vectors', await vectorsCatch(mutated, releases)],
  ]);
}

export async function bufCatches(descriptors: Uint8Array, releases: readonly ReleasedApi[]): Promise<boolean> {
  return await inNewFolder(async (folder) => {
    const path = join(folder, 'mutated.binpb');
    await writeFile(path, descriptors);
    const results = releases.map(async ({ version }) => {
      const against = join('releases', version, releaseFiles.descriptors);
      return await breaks(['breaking', path, '--config', 'buf.yaml', '--against', against]);
    });
    return (await Promise.all(results)).includes(true);
  });
}

/** The exit code of buf for a breaking change; other codes are errors. */
const breakingCode = 100;

async function breaks(args: readonly string[]): Promise<boolean> {
  try {
    await run('buf', args, { cwd: root });
    return false;
  } catch (error) {
    const { cause } = error as Error & { cause?: { code?: unknown } };
    if (cause?.code === breakingCode) return true;
    throw error;
  }
}

export async function vectorsCatch(descriptors: Uint8Array, releases: readonly ReleasedApi[]): Promise<boolean> {
  const registry = registryOf(descriptors);
  for (const { version } of releases) {
    const text = await readFile(join(root, 'releases', version, releaseFiles.vectors), 'utf8');
    if (brokenVectors(JSON.parse(text) as WireVector[], registry).length > 0) return true;
  }
  return false;
}

/** Plays a fault of the services against a client of the first released version. */
export async function playServiceFault(
  fault: ServiceFault,
  services: Pick<Services, 'usersUrl' | 'ordersUrl'>,
  [first]: readonly ReleasedApi[],
): Promise<Catches> {
  if (!first) throw new Error('no version is released');
  const faulty = await startFaultyServices(services, fault);
  try {
    return new Map([['released client', (await brokenPromises(first.registry, faulty)).length > 0]]);
  } finally {
    await faulty.close();
  }
}

async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gates-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
