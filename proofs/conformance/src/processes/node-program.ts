import { fileURLToPath } from 'node:url';

/** What runs a TypeScript module with this Node, from any folder. */
export function nodeArgs(module: URL): string[] {
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(module)];
}
