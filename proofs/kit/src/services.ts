import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './root.ts';

/** A service of this repository: a package whose package.json has a field `service`. */
export interface ServiceDescription {
  /** The name of the service, such as `user` for packages/user-service. */
  readonly name: string;
  /** The folder under packages, which is also the name of the process and of its default store. */
  readonly folder: string;
  /** The title of the service, such as `UserService`. */
  readonly title: string;
  /** The default port. */
  readonly port: number;
}

/** All services, by port. */
export function services(repository: string = root): readonly ServiceDescription[] {
  return globSync('packages/*/package.json', { cwd: repository })
    .flatMap((path) => {
      const { service } = JSON.parse(readFileSync(join(repository, path), 'utf8')) as Manifest;
      return service === undefined ? [] : [descriptionOf(basename(dirname(path)), service.port)];
    })
    .sort((a, b) => a.port - b.port);
}

interface Manifest {
  readonly service?: { readonly port: number };
}

function descriptionOf(folder: string, port: number): ServiceDescription {
  const title = folder.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { name: folder.replace(/-service$/, ''), folder, title, port };
}
