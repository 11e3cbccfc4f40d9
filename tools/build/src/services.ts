import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '@example/kit/root';

/** A package that runs as a process. */
export interface Service {
  /** The folder under `packages`, and under the folder of builds. */
  readonly name: string;
  /** The absolute path of the package. */
  readonly folder: string;
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The services of the repository: the packages whose package.json has a script `start`. */
export function findServices(): readonly Service[] {
  return globSync('packages/*/package.json', { cwd: root })
    .filter((path) => 'start' in ((JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest).scripts ?? {}))
    .map((path) => ({ name: basename(dirname(path)), folder: join(root, dirname(path)) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** The folder of everything that `pnpm build` makes. */
export const builds = join(root, 'dist');
