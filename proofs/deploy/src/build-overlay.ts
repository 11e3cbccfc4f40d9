import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { buildProgram, outsideModule } from '@example/kit/toolchains';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './kubernetes-objects.ts';

const overlays = join(root, 'examples/deploy/kubernetes/overlays');

/** The results of the measurements in docs/guides/deploy.md, in MB. */
export const measured = { idleMb: 90, busyMb: 175 };

/** @throws {ToolchainMissingError} when the Go toolchain is missing */
export async function buildKustomize(): Promise<string> {
  return await buildProgram(outsideModule, 'sigs.k8s.io/kustomize/kustomize/v5', 'kustomize');
}

/** Builds an overlay. @returns its text, and the objects in it */
export async function buildOverlay(
  kustomize: string,
  name: string,
): Promise<{ readonly text: string; readonly objects: readonly KubernetesObject[] }> {
  const text = await outputOf(kustomize, ['build', join(overlays, name)]);
  return { text, objects: parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject) };
}
