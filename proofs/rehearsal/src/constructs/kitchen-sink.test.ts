// A proto with every construct of protobuf is generated, released, installed, and exchanged between all languages.
import { globSync, symlinkSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate, manifestVersion, missingDependencies } from '@example/check';
import { root } from '@example/kit/root';
import { prepareRelease, type ReleaseRecord, registryOf, releaseFiles, run, type WireVector } from '@example/release';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ownProtoChecks } from '../checks/own-protos.ts';
import { brokenVectors } from '../gates/broken-vectors.ts';
import { missingToolchain } from '../missing-toolchain.ts';
import { type Registries, startRegistries } from '../registries/start-registries.ts';
import type { ReleasedVersion } from '../released-version.ts';
import { copyRepository, edit } from '../repository-copy.ts';
import { preparePeers } from '../skew/peer.ts';
import { playSkew } from '../skew/play-skew.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const version = manifestVersion(root);
const { signal } = new AbortController();
const missing = missingToolchain();

let folder: string;
let release: ReleasedVersion;
let registries: Registries | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kitchen-sink-'));
  if (missing) return;
  release = await releaseKitchenSink(join(folder, 'repository'));
  registries = await startRegistries(folder, [release], { print: () => {}, signal });
});
afterAll(async () => {
  await registries?.close();
  await rm(folder, { recursive: true });
});

async function releaseKitchenSink(repository: string): Promise<ReleasedVersion> {
  await copyRepository(repository);
  await cp(join(root, 'proofs/rehearsal/kitchen-sink'), join(repository, 'proto'), { recursive: true });
  const money = 'google/type/money.proto';
  await cp(join(root, 'node_modules/google-proto-files', money), join(repository, 'proto', money));
  for (const path of globSync(['{node_modules,.venv}', '{packages,examples,proofs,tools}/*/{node_modules,.venv}'], {
    cwd: root,
  })) {
    symlinkSync(join(root, path), join(repository, path));
  }
  // .gitignore ignores these as folders, but not as links.
  await appendFile(join(repository, '.git/info/exclude'), 'node_modules\n.venv\n');
  expect(generate(repository, () => {})).toEqual([]);
  expect(missingDependencies(repository)).toEqual([
    expect.stringContaining('go get google.golang.org/genproto/googleapis/type/money'),
    expect.stringContaining('googleapis-common-protos'),
  ]);
  await run('go', ['get', 'google.golang.org/genproto/googleapis/type/money'], { cwd: repository });
  await edit(join(repository, 'gen/python/pyproject.toml'), '"grpcio', '"googleapis-common-protos", "grpcio');
  expect(missingDependencies(repository)).toEqual([]);
  await run('git', ['add', '--all'], { cwd: repository });
  await run('git', ['commit', '--quiet', '--message', 'Add the kitchen sink'], { cwd: repository });
  await prepareRelease(repository, version);
  const prepared = join(repository, 'releases', version);
  return {
    record: JSON.parse(await readFile(join(prepared, releaseFiles.record), 'utf8')) as ReleaseRecord,
    folder: join(prepared, releaseFiles.artefacts),
    descriptors: await readFile(join(prepared, releaseFiles.descriptors)),
    isPrepared: true,
  };
}

it.skipIf(missing)('its wire vectors are decoded to what they were made from', async () => {
  const vectors = JSON.parse(
    await readFile(join(dirname(release.folder), releaseFiles.vectors), 'utf8'),
  ) as WireVector[];
  expect(vectors.filter(({ type }) => type === 'kitchen.v1.Sink')).toHaveLength(1);
  expect(brokenVectors(vectors, registryOf(release.descriptors))).toEqual([]);
});

it.skipIf(missing)('TypeScript, Go and Python exchange all its messages', async () => {
  const rehearsal = { ...(registries as Registries), folder, signal };
  const outcomes = await playSkew(await preparePeers(rehearsal, [release]), rehearsal);
  expect(outcomes.flatMap(({ differences }) => differences)).toEqual([]);
  expect(outcomes).toHaveLength(9);
});

it.skipIf(missing).each(ownProtoChecks)('$name', async ({ show }) => {
  expect(await show({ ...(registries as Registries), folder, signal, release })).toBeUndefined();
});
