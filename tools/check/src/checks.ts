import { root } from '@example/kit/root';
import { checkBreaking } from './breaking/check-breaking.ts';
import { brokenOpenApi } from './breaking/open-api.ts';
import { longSubjects } from './commit-subjects.ts';
import { compareGenerated, GenerationError } from './generate/generation.ts';
import { wrongGoPackages } from './go-packages.ts';
import { wideLines } from './line-width.ts';
import { missingDependencies } from './missing-dependencies.ts';
import { checkWorkflows } from './workflow-checks.ts';

/** One of the checks of `pnpm check`: a program, or a function of this package. */
export type Check = { readonly name: string } & (
  | { readonly command: readonly [string, ...string[]] }
  | { readonly run: (print: (text: string) => void) => Promise<boolean> | boolean }
);

export const checks: readonly Check[] = [
  { name: 'style', command: ['biome', 'check'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types-web', command: ['tsc', '-p', 'examples/web'] },
  { name: 'unused', command: ['knip'] },
  {
    name: 'imports',
    // Imported here, because this module loads a TypeScript compiler.
    run: async (print) => none(await (await import('./imports/import-check.ts')).forbiddenImports(root), print),
  },
  { name: 'proto-lint', command: ['buf', 'lint'] },
  { name: 'proto-format', command: ['buf', 'format', '--diff', '--exit-code', '--exclude-path', 'proto/google'] },
  { name: 'proto-breaking', run: async (print) => none(await checkBreaking(root), print) },
  { name: 'openapi-breaking', run: (print) => none(brokenOpenApi(root), print) },
  { name: 'generated', run: checkGenerated },
  { name: 'go-packages', run: (print) => none(wrongGoPackages(root), print) },
  { name: 'dependencies', run: (print) => none(missingDependencies(root), print) },
  { name: 'workflows', run: checkWorkflows },
  { name: 'line-width', run: (print) => none(wideLines(root), print) },
  { name: 'commits', run: (print) => none(longSubjects(root), print) },
];

/** Prints the findings. @returns true without findings */
function none(lines: readonly string[], print: (text: string) => void): boolean {
  for (const line of lines) print(`${line}\n`);
  return lines.length === 0;
}

/** Skips languages whose toolchain is missing, except in CI. */
function checkGenerated(print: (text: string) => void): boolean {
  try {
    const { stale, leftOut } = compareGenerated(root, print);
    const isCi = Boolean(process.env['CI']);
    const findings = stale.map((file) => `${file} differs from what the protos generate: run \`pnpm generate\`.`);
    return none(findings, print) && !(isCi && leftOut.length > 0);
  } catch (error) {
    if (!(error instanceof GenerationError)) throw error;
    return none([error.message], print);
  }
}
