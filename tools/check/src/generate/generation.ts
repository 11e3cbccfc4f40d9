import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { type Language, languages } from './language.ts';
import { packageVersion, writeVersionFile } from './version-file.ts';

type Print = (text: string) => void;

/** buf or a generator has failed. The message contains the reason and the remedy. */
export class GenerationError extends Error {
  override readonly name = 'GenerationError';

  /** @param template of buf */
  constructor(template: string, reason: string) {
    super(
      `${reason.trimEnd()}\n${template}: not generated, for this reason. Change the proto; or, if only this generator ` +
        'does not support it, leave its file out there by `exclude_paths`.',
    );
  }
}

/**
 * Generates the code of every language whose toolchain is installed, and prints the names of these languages.
 *
 * @param root of a repository
 * @returns the languages that were left out
 * @throws {GenerationError}
 */
export function generate(root: string, print: Print, of: readonly Language[] = languages): string[] {
  return forEachLanguage(root, print, of, (language) => {
    run(language, root, root);
    print(`generated ${language.name}\n`);
  });
}

/** Generates TypeScript from the protos of the repository. Its generators are packages. @throws {GenerationError} */
export function generateTypeScript(root: string): void {
  const isOfProtos = ({ template }: Language['outputs'][number]) =>
    /^ +- directory: (?!\S*node_modules)/m.test(readFileSync(join(root, template), 'utf8'));
  for (const language of languages.filter(({ name }) => name === 'TypeScript')) {
    run({ ...language, outputs: language.outputs.filter(isOfProtos) }, root, root);
  }
}

/**
 * Generates the code of the languages whose generators are installed, and prints the names of all languages. For the
 * others it only writes the version file, which needs no generator.
 */
export function generateInstalled(root: string, print: Print): void {
  for (const language of languages) {
    if (language.isInstalled(root)) generate(root, print, [language]);
    else {
      if (language.versionFile) writeVersionFile(language.versionFile, packageVersion(root), root);
      print(`left out  ${language.name}: its generators are not installed\n`);
    }
  }
}

/** The differences between the generated code and the code that the protos generate. */
export interface Comparison {
  /** The files that are missing, surplus or different, from the root. */
  readonly stale: readonly string[];
  /** The languages that were left out, because their toolchain is missing. */
  readonly leftOut: readonly string[];
}

/**
 * Generates the code anew into a temporary folder and compares.
 *
 * @param root of a repository
 * @throws {GenerationError}
 */
export function compareGenerated(root: string, print: Print, of: readonly Language[] = languages): Comparison {
  const fresh = mkdtempSync(join(tmpdir(), 'generated-'));
  const stale: string[] = [];
  try {
    const leftOut = forEachLanguage(root, print, of, (language) => {
      run(language, root, fresh);
      const files = new Set([...filesIn(language, root), ...filesIn(language, fresh)]);
      stale.push(...[...files].filter((file) => contentOf(root, file) !== contentOf(fresh, file)));
    });
    return { stale: stale.sort(), leftOut };
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

/** Runs a function for each language whose toolchain is installed. @returns the names of the others */
function forEachLanguage(
  root: string,
  print: Print,
  of: readonly Language[],
  work: (language: Language) => void,
): string[] {
  return of.flatMap((language) => {
    try {
      language.prepare(root, print);
    } catch (error) {
      if (!(error instanceof ToolchainMissingError)) throw error;
      print(`left out  ${language.name}: ${error.message}\n`);
      return [language.name];
    }
    work(language);
    return [];
  });
}

function run({ outputs, versionFile }: Language, root: string, out: string): void {
  for (const { template } of outputs) {
    const args = ['generate', '--template', template, '-o', out];
    const { status, stderr, error } = spawnSync('buf', args, { cwd: root, encoding: 'utf8' });
    if (error) throw error;
    if (status !== 0) throw new GenerationError(template, stderr);
  }
  if (versionFile) writeVersionFile(versionFile, packageVersion(root), out);
}

function filesIn({ outputs }: Language, root: string): string[] {
  return outputs.flatMap(({ folder }) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
      .map(({ parentPath, name }) => relative(root, join(parentPath, name))),
  );
}

function contentOf(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
