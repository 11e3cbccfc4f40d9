import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { root } from '@example/kit/root';

const generated = globSync('packages/protos/src/gen/**/v*/*_pb.ts', { cwd: root });
const modules = await Promise.all(generated.map(async (path) => (await import(join(root, path))) as object));

/** The services of all protos, as they are generated for TypeScript. */
export const apiServices: readonly DescService[] = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((exported): exported is DescService => exported.kind === 'service');
