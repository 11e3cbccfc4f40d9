import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Breakage, compareWith, type EarlierApi, type WireVector } from '@example/check';
import { root } from '@example/kit/root';
import { type ReleasedApi, releasedApis, releaseFiles, run, wireVectors } from '@example/release';
import { ProtoFolder } from '../constructs/proto-folder.ts';
import type { Services } from '../services.ts';
import { startFaultyServices } from './faulty-services.ts';
import type { ProtoEdit } from './proto-edit.ts';
import { brokenPromises } from './released-client.ts';
import type { ServiceFault } from './service-faults.ts';

/** Whether each gate has caught an edit, by the name of the gate. Contains only gates that were run. */
export type Catches = ReadonlyMap<string, boolean>;

/** The gates that compare an API with the released APIs, and the gate that calls the services. */
export const gateNames = ['buf breaking', 'wire vectors', 'released client'] as const;

/** Protos, and the earlier APIs that edits of them must not break. */
export interface Baseline {
  /** A folder with `buf.yaml` and `proto`. */
  readonly folder: string;
  readonly earlier: readonly EarlierApi[];
}

/** The baselines of {@link ProtoEdit}s. @param folder for their files */
export async function baselines(folder: string): Promise<Record<ProtoEdit['of'], Baseline>> {
  return {
    API: await apiBaseline(join(folder, 'api')),
    'kitchen sink': await kitchenSinkBaseline(join(folder, 'sink')),
  };
}

async function apiBaseline(folder: string): Promise<Baseline> {
  await cp(join(root, 'proto'), join(folder, 'proto'), { recursive: true });
  await cp(join(root, 'buf.yaml'), join(folder, 'buf.yaml'));
  return { folder, earlier: await releasedEarlier() };
}

async function releasedEarlier(): Promise<EarlierApi[]> {
  const earlier = releasedApis(root).map(async ({ version }): Promise<EarlierApi> => {
    const released = join(root, 'releases', version);
    const vectors = JSON.parse(await readFile(join(released, releaseFiles.vectors), 'utf8')) as WireVector[];
    return { name: version, descriptors: join(released, releaseFiles.descriptors), vectors };
  });
  return await Promise.all(earlier);
}

/** The kitchen sink, treated as if it were released. */
async function kitchenSinkBaseline(folder: string): Promise<Baseline> {
  await cp(join(root, 'proofs/rehearsal/kitchen-sink'), join(folder, 'proto'), { recursive: true });
  const money = 'google/type/money.proto';
  await cp(join(root, 'node_modules/google-proto-files', money), join(folder, 'proto', money));
  await cp(join(root, 'buf.yaml'), join(folder, 'buf.yaml'));
  const path = join(folder, 'released.binpb');
  const descriptors = await build(folder, path);
  return { folder, earlier: [{ name: '1.0.0', descriptors: path, vectors: wireVectors(descriptors) }] };
}

/** @returns the google.protobuf.FileDescriptorSet of the protos in a folder */
async function build(cwd: string, path: string): Promise<Uint8Array> {
  await run('buf', ['build', '--as-file-descriptor-set', '-o', path], { cwd });
  return await readFile(path);
}

/** Tests an edit with the gates that compare APIs. `pnpm check` has the same gates. */
export async function playProtoEdit(
  { edit }: Pick<ProtoEdit, 'edit'>,
  { folder, earlier }: Baseline,
): Promise<{ readonly breakages: readonly Breakage[]; readonly catches: Catches }> {
  return await inNewFolder(async (edited) => {
    await cp(folder, edited, { recursive: true });
    edit(new ProtoFolder(edited));
    const breakages = await compareWith(root, await build(edited, join(edited, 'edited.binpb')), earlier);
    return { breakages, catches: catchesOf(breakages) };
  });
}

function catchesOf(breakages: readonly Breakage[]): Catches {
  return new Map([
    ['buf breaking', breakages.some(({ changes }) => changes.length > 0)],
    ['wire vectors', breakages.some(({ values }) => values.length > 0)],
  ]);
}

/** Tests a fault of the services with a client of the first released version. */
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

/** Calls a function with a temporary folder. */
export async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gates-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
