import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** The names under which the API is published. Each name is read from the manifest of its package. */
export interface Names {
  /** `@example/protos` */
  readonly npmPackage: string;
  /** The scope of all npm packages of the repository, `@example`. */
  readonly npmScope: string;
  /** The path of the Go module, without the suffix of a major version. */
  readonly goModule: string;
  /** The Python distribution, as pip installs it. */
  readonly pythonPackage: string;
  /** The Python package, as programs import it. */
  readonly pythonModule: string;
  /** The URL of the repository, for browsers. */
  readonly repository: string;
}

/** @param repository its root folder */
export function readNames(repository: string): Names {
  const contentOf = (path: string) => readFileSync(join(repository, path), 'utf8');
  const manifest = JSON.parse(contentOf('packages/protos/package.json')) as Manifest;
  const find = (pattern: RegExp, path: string) => {
    const [, name] = pattern.exec(contentOf(path)) ?? [];
    if (name === undefined) throw new Error(`${path} has no name: restore it`);
    return name;
  };
  const pythonPackage = find(/^name = "(.+)"$/m, 'gen/python/pyproject.toml');
  return {
    npmPackage: manifest.name,
    npmScope: manifest.name.split('/')[0] as string,
    goModule: find(/^module (\S+?)(?:\/v\d+)?$/m, 'go.mod'),
    pythonPackage,
    pythonModule: moduleOf(pythonPackage),
    repository: manifest.repository.url.replace(/^git\+|\.git$/g, ''),
  };
}

interface Manifest {
  readonly name: string;
  readonly repository: { readonly url: string };
}

/** The module, and the beginning of the file names, of a distribution: https://peps.python.org/pep-0503/ */
export function moduleOf(pythonPackage: string): string {
  return pythonPackage.toLowerCase().replace(/[-_.]+/g, '_');
}

/** The name that `npm pack` gives the file of a package: `acme-protos-1.0.0.tgz` for `@acme/protos`. */
export function tarballOf(npmPackage: string, version: string): string {
  return `${npmPackage.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

/** The names of this repository. */
export const names = readNames(root);
