import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@example/kit/command-line';
import { services } from '@example/kit/services';
import ts from 'typescript-5';
import { folderOf } from '../api.ts';
import { ChangeSet } from '../change-set.ts';
import { forEachNode, parse } from '../code/syntax.ts';
import { findTemplate, type Template } from '../template.ts';
import { refuseReservedResource } from '../text/identifiers.ts';
import { pluralOf, type Resource, resourceName } from '../text/resource-name.ts';
import { addToMatrix } from './matrix-cases.ts';
import { newFolder, serviceCode } from './service-code.ts';
import { serviceProto } from './service-proto.ts';

export interface ServiceOptions {
  /** The default port of the service. If none is given, it gets the next free port after the lowest one in use. */
  readonly port?: string | undefined;
  /** The plural of the name, if it is irregular. */
  readonly plural?: string | undefined;
}

/**
 * Creates a service that stores a resource.
 *
 * @param name in lower case, such as `stock` or `price-list`
 * @throws {UsageError}
 */
export function newService(root: string, name: string, options: ServiceOptions): ChangeSet {
  const to = checkedResource(name, options.plural);
  const template = findTemplate(root);
  const port = chosenPort(root, options.port);
  const changes = new ChangeSet(root);
  const api = template.api.replace(/\w+$/, to.one.snake);
  const folder = `proto/${folderOf(api)}`;
  const proto = `${folder}/v1/${to.one.snake}.proto`;
  for (const taken of [folder, newFolder(to)]) {
    if (changes.exists(taken)) throw new UsageError(`There is a ${taken} already: choose another name.`);
  }
  const code = serviceCode(root, template, to);
  refuseNamesOfCode(root, template, to);
  changes.create(proto, serviceProto(readFileSync(join(root, template.proto), 'utf8'), template, to));
  for (const [path, content] of code) changes.create(path, content);
  changes.create(`${newFolder(to)}/package.json`, manifestOf(root, template, to, port, [...code.values()]));
  addToMatrix(changes, to, api);
  addToReadme(changes, to, port, `[${api}.v1](${proto})`);
  return changes;
}

function checkedResource(name: string, plural = pluralOf(name)): Resource {
  for (const [option, text] of [
    ['the name', name],
    ['--plural', plural],
  ] as const) {
    if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(text)) {
      throw new UsageError(
        `${option} must be words of a-z and 0-9, joined by hyphens, such as stock or price-list, not ${JSON.stringify(text)}: ` +
          'it becomes a package of protobuf, Go and Python.',
      );
    }
  }
  if (/(^|-)service$/.test(name)) {
    throw new UsageError(
      `the name is that of what the service keeps: ${name.replace(/-?service$/, '') || 'stock'}, not ${name}.`,
    );
  }
  if (name === plural) throw new UsageError(`${name} and its plural must differ: name another with --plural.`);
  if (['google', 'grpc'].includes(name)) throw new UsageError(`${name} is a package of others: choose another name.`);
  const to = { one: resourceName(name), many: resourceName(plural) };
  refuseReservedResource(to.one.snake, to.many.snake);
  return to;
}

function chosenPort(root: string, text: string | undefined): number {
  const all = services(root);
  if (text === undefined) {
    const taken = new Set(all.map(({ port }) => port));
    let port = Math.min(...taken, 9000);
    while (taken.has(port)) port += 1;
    return port;
  }
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65_535))
    throw new UsageError(`--port must be from 1 to 65535, not ${JSON.stringify(text)}`);
  const holder = all.find((service) => service.port === port);
  if (holder) throw new UsageError(`port ${port} is that of ${holder.title}: choose another with --port N`);
  return port;
}

/**
 * Refuses a name that the code of the template already uses for another thing, because the result would not compile.
 */
function refuseNamesOfCode(root: string, template: Template, to: Resource): void {
  const own = new Set(
    [...serviceCode(root, template, template.resource).values()].flatMap((source) => namesIn(source)),
  );
  for (const { camel, pascal } of [to.one, to.many]) {
    const taken = [camel, pascal].find((word) => own.has(word) && !isOf(template, word));
    if (taken) throw new UsageError(`the code of a service uses the name ${taken} already: choose another.`);
  }
}

function isOf({ resource: { one, many } }: Template, word: string): boolean {
  return [one, many].some(({ camel, pascal }) => word === camel || word === pascal);
}

function namesIn(source: string): string[] {
  const names: string[] = [];
  forEachNode(parse(source), (node) => {
    if (ts.isIdentifier(node)) names.push(node.text);
  });
  return names;
}

/** The manifest of the template, with only the dependencies that the new code imports. */
function manifestOf(
  root: string,
  { folder, resource }: Template,
  to: Resource,
  port: number,
  code: readonly string[],
): string {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const scripts = JSON.stringify(manifest.scripts);
  const isUsed = (name: string) => scripts.includes(` ${name} `) || code.some((text) => text.includes(`'${name}`));
  const used = (dependencies: Record<string, string>) =>
    Object.fromEntries(Object.entries(dependencies).filter(([name]) => isUsed(name)));
  const own = {
    ...manifest,
    name: manifest.name.replace(`/${resource.one.kebab}-`, `/${to.one.kebab}-`),
    service: { port },
    exports: { '.': manifest.exports['.'] },
    dependencies: used(manifest.dependencies),
    devDependencies: used(manifest.devDependencies),
  };
  return `${JSON.stringify(own, undefined, 2)}\n`;
}

/** Adds a row to the table of services, if README.md has one. */
function addToReadme(changes: ChangeSet, { one }: Resource, port: number, api: string): void {
  const row = `| ${one.pascal}Service | \`localhost:${port}\` | ${api} |\n`;
  const table = /^\| service .*\n\|[ -|]*\n(?:\|.*\n)+/m;
  const readme = changes.read('README.md');
  if (table.test(readme)) changes.edit('README.md', 'a row', (text) => text.replace(table, (rows) => rows + row));
}
