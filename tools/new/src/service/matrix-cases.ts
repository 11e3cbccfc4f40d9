import { folderOf } from '../api.ts';
import type { ChangeSet } from '../change-set.ts';
import type { Resource } from '../text/resource-name.ts';
import { goPackage } from './service-proto.ts';

const cases = 'proofs/matrix/src/cases';
const goClients = 'proofs/matrix/drivers/go/methods.go';

/** Adds the cases of a resource to the language matrix. @param api the protobuf package without its version */
export function addToMatrix(changes: ChangeSet, to: Resource, api: string): void {
  if (!changes.exists(`${cases}/index.ts`)) return;
  changes.create(
    `${cases}/${to.many.kebab}.ts`,
    `import type { MatrixCase } from '../matrix-case.ts';
import { resourceCases } from './resource.ts';

export const ${to.one.camel}Cases: readonly MatrixCase[] = [
  ...resourceCases({
    api: '${api}.v1',
    one: '${to.one.pascal}',
    many: '${to.many.pascal}',
    sample: { name: 'Sample ☘ 😀' },
    byId: ['Get${to.one.pascal}'],
  }),
];
`,
  );
  changes.edit(`${cases}/index.ts`, `the cases of ${to.many.prose}`, (text) => {
    const list = /(= \[\n(?: {2}\.\.\.\w+,\n)+)/;
    if (!list.test(text)) return undefined;
    const imported = `import { ${to.one.camel}Cases } from './${to.many.kebab}.ts';\n`;
    return text.replace(/^import /m, `${imported}import `).replace(list, `$1  ...${to.one.camel}Cases,\n`);
  });
  const service = `${api}.v1.${to.one.pascal}Service`;
  changes.edit(goClients, `the client of ${service}`, (text) => {
    const [imports] = /(?:^\t\w+ "\S+\/gen\/go\/\S+"\n)+/m.exec(text) ?? [];
    const [, prefix] = /"(\S+\/gen\/go\/)/.exec(imports ?? '') ?? [];
    if (imports === undefined || prefix === undefined || !text.includes('\treturn stubs\n')) return undefined;
    const imported = `\t${goPackage(to)} "${prefix}${folderOf(api)}/v1"\n`;
    const sorted = [...imports.split(/(?<=\n)/), imported].sort((a, b) => (pathIn(a) < pathIn(b) ? -1 : 1)).join('');
    const stub = `\tstubs["${service}"] = ${goPackage(to)}.New${to.one.pascal}ServiceClient(connect("${service}"))\n`;
    return text.replace(imports, sorted).replace('\treturn stubs\n', `${stub}\treturn stubs\n`);
  });
}

function pathIn(line: string): string {
  return line.replace(/^\s*\w+ /, '');
}
