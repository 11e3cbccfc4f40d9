import { domainFile, fileOf, type Target } from '../api-target.ts';
import type { ChangeSet } from '../change-set.ts';
import { resourceName } from '../text/resource-name.ts';

/**
 * Makes a field of a create request a part of the request's fingerprint. A request that does not set the field keeps
 * its previous fingerprint.
 */
export function addToFingerprint(changes: ChangeSet, target: Target, name: string): void {
  const { one, many } = target.resource;
  const { camel } = resourceName(name.replaceAll('_', '-'));
  changes.edit(fileOf(target, 'routes'), `the field ${name} of Create${one.pascal}`, (source) => {
    const handler = new RegExp(
      `(create${one.pascal}: async \\(\\{[^}]*?)( \\}, context\\)[\\s\\S]*?${many.camel}\\.create\\([\\s\\S]*?subject \\?\\? '')(?:,\\s*(\\{[^}]*?)\\s*\\})?(,?\\s*\\))`,
    );
    return handler.test(source)
      ? source.replace(handler, (_, names: string, call: string, others: string | undefined, end: string) => {
          const object = others ? `${others.replace(/,\s*$/, '')}, ${camel} }` : `{ ${camel} }`;
          return `${names}, ${camel}${call}, ${object}${end.replace(/^,/, '')}`;
        })
      : undefined;
  });
  changes.edit(domainFile(target), 'the other fields of a create request', (source) => {
    if (source.includes('...addedFields({ ...added, ...others })')) return source;
    const signature = /(async create\(\s*[^)]*caller: string)(,?\s*\): )/;
    if (!signature.test(source) || !source.includes('...addedFields(added)')) return undefined;
    return source
      .replace(signature, '$1, others: Readonly<Record<string, unknown>> = {}$2')
      .replace('...addedFields(added)', '...addedFields({ ...added, ...others })')
      .replace(
        /^( +\* @param caller .*\n)/m,
        '$1   * @param others the other fields of the request by name, which are a part of its fingerprint\n',
      );
  });
}
