import { join } from 'node:path';
import { UsageError } from '@example/kit/command-line';
import { services } from '@example/kit/services';
import { apiOf } from './api.ts';
import { type Template, templateOf } from './template.ts';

/** The service that keeps a resource, and the proto file of the version that the command changes. */
export type Target = Template & {
  /** Whether the names of files and code include the version, because there are several versions. */
  readonly isVersioned: boolean;
};

/**
 * @param api the protobuf package, such as `stock.v1`
 * @throws {UsageError} when there is no such package, or when its service has another structure
 */
export function targetOf(root: string, api: string): Target {
  const [, name, version = ''] = /^(.+)\.(v\d+)$/.exec(api) ?? [];
  const apis = services(root).map((one) => ({ service: one, api: apiOf(root, one.name.replaceAll('-', '_')) }));
  const service = apis.find((one) => one.api?.name === name)?.service;
  if (service === undefined) {
    const packages = apis.flatMap((one) => (one.api?.versions ?? []).map((each) => `${one.api?.name}.${each}`));
    throw new UsageError(`there is no service of the package ${api}; there are ${packages.join(', ')}.`);
  }
  const target = templateOf(root, service.name, join('packages', service.folder));
  if (target === undefined) {
    throw new UsageError(
      `packages/${service.folder} keeps its data in a way of its own: "Edit a proto" in docs/guides/services.md has the steps.`,
    );
  }
  if (version !== target.version) {
    throw new UsageError(`${api} is not the newest version of the API: name ${name}.${target.version} instead.`);
  }
  return { ...target, isVersioned: target.olderVersions.length > 0 };
}

/** A path in the package of a service. @param base such as `stock-routes.ts`, without a version */
export function fileOf(
  { folder, version, isVersioned, resource }: Target,
  base: 'routes' | 'rules' | 'service.test',
): string {
  const { kebab } = resource.one;
  if (base === 'routes') return `${folder}/src/${kebab}-${isVersioned ? `${version}-` : ''}routes.ts`;
  if (base === 'rules') return `${folder}/src/domain/${kebab}-${isVersioned ? `${version}-` : ''}rules.ts`;
  return `${folder}/src/${kebab}-service${isVersioned ? `-${version}` : ''}.test.ts`;
}

/** The file with the operations of a resource. */
export function domainFile({ folder, version, isVersioned, resource }: Target): string {
  return `${folder}/src/domain/${resource.many.kebab}${isVersioned ? `-${version}` : ''}.ts`;
}
