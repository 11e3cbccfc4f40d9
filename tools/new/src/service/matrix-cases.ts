import type { ChangeSet } from '../change-set.ts';
import type { Resource } from '../text/resource-name.ts';

const cases = 'proofs/matrix/src/cases';

/** Adds the cases of a resource to the language matrix. */
export function addToMatrix(changes: ChangeSet, to: Resource): void {
  if (!changes.exists(`${cases}/index.ts`)) return;
  changes.create(
    `${cases}/${to.many.kebab}.ts`,
    `import type { MatrixCase } from '../matrix-case.ts';
import { resourceCases } from './resource.ts';

export const ${to.one.camel}Cases: readonly MatrixCase[] = [
  ...resourceCases({
    api: '${to.one.snake}.v1',
    one: '${to.one.pascal}',
    many: '${to.many.pascal}',
    sample: { name: 'Sample ☘ 😀' },
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
}
