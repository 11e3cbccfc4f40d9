// A proto with every construct of protobuf is generated, released, installed, and exchanged between all languages,
// together with all additions. `pnpm release rehearse additions` plays each addition alone.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ownProtoChecks } from '../checks/own-protos.ts';
import { missingToolchain } from '../missing-toolchain.ts';
import { type Registries, startRegistries } from '../registries/start-registries.ts';
import type { ReleasedVersion } from '../released-version.ts';
import { preparePeers } from '../skew/peer.ts';
import { playSkew } from '../skew/play-skew.ts';
import { additions } from './additions.ts';
import { ProtoFolder } from './proto-folder.ts';
import { copyForProtos } from './proto-repository.ts';
import { passWholeWay, readVectors } from './whole-way.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

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
  await copyForProtos(repository);
  await cp(join(root, 'proofs/rehearsal/kitchen-sink'), join(repository, 'proto'), { recursive: true });
  const protos = new ProtoFolder(repository);
  // Excluded from the lint rules, because its names are odd on purpose.
  protos.replace('../buf.yaml', '    - proto/google\n', '    - proto/google\n    - proto/kitchen\n');
  for (const { add, refused } of additions) {
    add(protos);
    refused?.remedy(protos);
  }
  return await passWholeWay(repository);
}

it.skipIf(missing)('each message has a wire vector, which the codec and Python read and write', async () => {
  const types = (await readVectors(release)).map(({ type }) => type);
  expect(types).toEqual(
    expect.arrayContaining(['kitchen.v1.Sink', 'kitchen.v1.Legacy.Part', 'acme.depot.v1.LookRequest']),
  );
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
