import { fileOf, type Target } from '../api-target.ts';
import type { ChangeSet } from '../change-set.ts';
import { insert, type Place } from '../code/insert.ts';
import { resourceName } from '../text/resource-name.ts';
import type { FieldType } from './field-type.ts';

/** Adds a field of a resource to the domain, to both stores, to the routes, and to the sample data of the tests. */
export function addStoredField(changes: ChangeSet, target: Target, name: string, type: FieldType): void {
  const { folder, resource } = target;
  const { one } = resource;
  const { camel } = resourceName(name.replaceAll('_', '-'));
  const add = (path: string, place: Place, text: string) =>
    changes.edit(path, `the field ${name}`, (source) => insert(source, place, text));

  const domain = `${folder}/src/domain/${one.kebab}`;
  const value = type.label === 'repeated' ? `readonly ${type.typescript}[]` : type.typescript;
  add(
    `${domain}.ts`,
    { interface: `${one.pascal}Details` },
    `  /** Undefined if it is not set. */\n  readonly ${camel}?: ${value} | undefined;`,
  );
  add(`${domain}-update.ts`, { constant: 'fieldsByPath' }, `${name}: '${camel}'`);
  const check = checkOf(`${one.snake}.${name}`, `fields.${camel}`, type);
  if (check) add(fileOf(target, 'rules'), { statementsOf: 'checkChange' }, check);

  const routes = fileOf(target, 'routes');
  add(routes, { namesIn: 'detailsOf' }, camel);
  add(routes, { returnedBy: 'detailsOf' }, setOnly(camel, type));
  add(routes, { namesIn: 'toMessage' }, camel);
  const sent = type.label === 'repeated' ? `${camel}: [...${camel}]` : camel;
  add(routes, { returnedBy: 'toMessage' }, `...(${camel} !== undefined && { ${sent} })`);

  const rows = `${folder}/src/store/${one.kebab}-rows.ts`;
  const isText = type.sqlite === 'TEXT';
  const stored = isText ? 'string' : type.postgres === 'BIGINT' ? 'number | string' : 'number';
  const kind = type.label === 'repeated' ? '  /** JSON: [text, …]. */\n' : '';
  add(rows, { interface: `${one.pascal}Row` }, `${kind}  readonly ${name}?: ${stored} | null;`);
  add(rows, { constant: 'valueColumns' }, `'${name}'`);
  add(rows, { namesIn: 'toColumns' }, camel);
  add(rows, { returnedBy: 'toColumns' }, `${name}: ${toColumn(camel, type)}`);
  const read = fromColumn(name, type);
  add(rows, { namesIn: `to${one.pascal}` }, name);
  add(
    rows,
    { returnedBy: `to${one.pascal}` },
    `...(${name} != null && { ${read === camel ? camel : `${camel}: ${read}`} })`,
  );
  for (const [file, constant, column] of [
    ['migrations', 'migrations', type.sqlite],
    ['postgres-migrations', 'postgresMigrations', type.postgres],
  ] as const) {
    const table = resource.many.snake;
    const sql = `ALTER TABLE ${table} ADD COLUMN ${name} ${column};`;
    const migration = `{\n    name: '${name} of ${table}',\n    sql: \`\n      ${sql}\n    \`,\n  }`;
    add(`${folder}/src/store/${file}.ts`, { constant }, migration);
  }

  const sample = `${camel}: ${type.sample}`;
  add(`${folder}/src/store/${one.kebab}-repository.contract.ts`, { constant: 'everything' }, sample);
  add(`${domain}-update.test.ts`, { constant: 'full' }, sample);
  const cases = `proofs/matrix/src/cases/${resource.many.kebab}.ts`;
  if (changes.exists(cases) && changes.read(cases).includes('resourceCases(')) {
    changes.edit(cases, `the field ${name}`, (source) =>
      /sample: \{[^}]*\}/.test(source)
        ? source.replace(/(sample: \{[^}]*?),?\s*\}/, (_, start: string) => `${start}, ${sample} }`)
        : undefined,
    );
  }
}

/** The value of the field in the domain: undefined for the default value, which means that the field is unset. */
function setOnly(camel: string, { label }: FieldType): string {
  if (label === 'optional') return camel;
  return label === 'repeated'
    ? `${camel}: ${camel}.length > 0 ? ${camel} : undefined`
    : `${camel}: ${camel} || undefined`;
}

function checkOf(path: string, value: string, { proto, label, sqlite }: FieldType): string | undefined {
  const limits = '{ min: 0, max: 200 }';
  if (label === 'repeated') {
    return (
      `  if (${value} && ${value}.length > 100) check.that(false, '${path}', 'must be at most 100');\n` +
      `  else for (const [index, text] of (${value} ?? []).entries()) check.text(\`${path}[\${index}]\`, text, ${limits});`
    );
  }
  if (proto === 'string') return `  if (${value} !== undefined) check.text('${path}', ${value}, ${limits});`;
  return sqlite === 'REAL'
    ? `  if (${value} !== undefined) check.that(Number.isFinite(${value}), '${path}', 'must be a finite number');`
    : undefined;
}

function toColumn(camel: string, { label, typescript }: FieldType): string {
  if (label === 'repeated') return `${camel} === undefined ? null : JSON.stringify(${camel})`;
  return typescript === 'boolean' ? `${camel} === undefined ? null : Number(${camel})` : `${camel} ?? null`;
}

function fromColumn(name: string, { label, typescript, postgres }: FieldType): string {
  if (label === 'repeated') return `JSON.parse(${name}) as readonly string[]`;
  if (typescript === 'boolean') return `${name} === 1`;
  return postgres === 'BIGINT' ? `Number(${name})` : name;
}
