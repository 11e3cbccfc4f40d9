import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { skipReason } from '@example/kit/toolchains';
import { livenessService } from '@example/rpc-server';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildKustomize, buildOverlay, measured } from './build-overlay.ts';
import { imageSettings } from './image.ts';
import type { KubernetesObject } from './kubernetes-objects.ts';
import { type Facts, manifestFaults } from './manifest-faults.ts';
import { mutate, mutations } from './mutations.fixture.ts';
import { configReaders, knownVariables } from './server-facts.ts';
import { installValidators, python } from './validators.ts';

let kustomize = '';
const why = await skipReason(async () => {
  installValidators();
  kustomize = await buildKustomize();
});

const overlays = ['sqlite', 'postgres', 'postgres-users'] as const;
let facts: Facts;
const built = new Map<string, readonly KubernetesObject[]>();
const texts: string[] = [];

describe.skipIf(why)(`the manifests${why ?? ''}`, () => {
  beforeAll(async () => {
    facts = {
      readers: await configReaders(),
      variables: knownVariables(),
      image: imageSettings(),
      livenessService,
      ...measured,
    };
    for (const name of overlays) {
      const { text, objects } = await buildOverlay(kustomize, name);
      built.set(name, objects);
      texts.push(text);
    }
  });

  it('are valid by the schemas of Kubernetes, and have no unknown fields', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    try {
      const file = join(folder, 'all.yaml');
      writeFileSync(file, texts.join('---\n'));
      await outputOf(python, ['-m', 'kubernetes_validate', '--strict', '--quiet', file]);
      writeFileSync(file, texts.join('---\n').replace('replicas:', 'replica:'));
      await expect(outputOf(python, ['-m', 'kubernetes_validate', '--strict', file])).rejects.toThrow(/replica/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(overlays)('of %s match the behaviour of the services', (name) => {
    expect(manifestFaults(built.get(name) ?? [], facts)).toEqual([]);
  });

  it('have forty values whose change is detected', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mutations.map((mutation) => JSON.stringify(mutation))).size).toBe(mutations.length);
  });

  it.each(mutations)('of $0 with $1 $2 as $3 have a fault', (overlay, object, path, value) => {
    const changed = mutate(built.get(overlay) ?? [], object, path, value);
    expect(manifestFaults(changed, facts)).not.toEqual([]);
  });
});
