import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@example/kit/command-line';
import { services } from '@example/kit/services';
import { apiOf, folderOf } from './api.ts';
import { fieldsOf, requireBlock } from './proto-file.ts';
import { pluralOf, type Resource, resourceName } from './text/resource-name.ts';

/** An existing service, from which a new service is made. */
export interface Template {
  readonly resource: Resource;
  /** The folder of the package, from the root. */
  readonly folder: string;
  /** The protobuf package of its API without the version, such as `user` or `acme.user`. */
  readonly api: string;
  /** The newest version of its API, such as `v2`, and the older versions. */
  readonly version: string;
  readonly olderVersions: readonly string[];
  /** The path of the proto file of the newest version. */
  readonly proto: string;
  /** The fields of the resource, in snake case, that other resources do not have. */
  readonly ownFields: readonly string[];
  /** The text before the number in an id, such as `usr`. */
  readonly idPrefix: string;
}

/** The fields that every new resource has. */
const commonFields = ['id', 'name', 'create_time'];

/** @returns a service that stores a resource. Its own code is the template. @throws {UsageError} */
export function findTemplate(root: string): Template {
  for (const { name, folder } of services(root)) {
    const template = templateOf(root, name, join('packages', folder));
    if (template) return template;
  }
  throw new UsageError(
    'There is no service to copy from: one of packages/*-service must have src/store/NAME-repository.contract.ts and ' +
      'src/domain/NAME-update.ts, as the user-service that this repository came with.',
  );
}

/** @returns undefined when the service does not store a resource in the way that the commands support */
export function templateOf(root: string, name: string, folder: string): Template | undefined {
  const resource = { one: resourceName(name), many: resourceName(pluralIn(root, folder, name)) };
  const has = (path: string) => existsSync(join(root, folder, 'src', path));
  const isKnown = has(`domain/${name}-update.ts`) && has(`store/${name}-repository.contract.ts`);
  const api = apiOf(root, resource.one.snake);
  const version = api?.versions.at(-1);
  if (!isKnown || api === undefined || version === undefined) return undefined;
  const proto = `proto/${folderOf(api.name)}/${version}/${resource.one.snake}.proto`;
  const message = requireBlock(readFileSync(join(root, proto), 'utf8'), proto, 'message', resource.one.pascal);
  const ids = readFileSync(join(root, folder, `src/domain/${name}-id.ts`), 'utf8');
  return {
    resource,
    folder,
    api: api.name,
    version,
    olderVersions: api.versions.slice(0, -1),
    proto,
    ownFields: fieldsOf(message)
      .map((field) => field.name)
      .filter((field) => !commonFields.includes(field)),
    idPrefix: /\/\^([\w-]+)-\(/.exec(ids)?.[1] ?? name,
  };
}

/** The plural that the service uses, as in the name of its table. */
function pluralIn(root: string, folder: string, name: string): string {
  const migrations = join(root, folder, 'src/store/migrations.ts');
  const [, table] = (existsSync(migrations) && /CREATE TABLE (\w+)/.exec(readFileSync(migrations, 'utf8'))) || [];
  return table?.replaceAll('_', '-') ?? pluralOf(name);
}
