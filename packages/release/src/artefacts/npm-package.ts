import { join } from 'node:path';
import { run } from '../run.ts';
import type { SourceTree } from './source-tree.ts';

/**
 * Packs `@example/protos`.
 *
 * @returns the name of the file
 */
export async function packNpm({ folder, version, descriptors }: SourceTree, out: string): Promise<string> {
  const name = `example-protos-${version}.tgz`;
  const cwd = join(folder, 'packages/protos');
  await run('node', ['build.js', ...(descriptors ? [descriptors] : [])], { cwd });
  await run('node', ['as-published.js'], { cwd });
  await run('pnpm', ['pack', '--ignore-scripts', '--out', join(out, name)], { cwd });
  return name;
}
