import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { generateTypeScript } from '@example/check/generation';
import { packageVersion } from '@example/check/version-file';
import { isVersionFile } from './history.ts';
import { filesOf, readText } from './repository-files.ts';

/** A task for programs, after the files have their new names. */
interface Step {
  readonly what: string;
  /** The command to run by hand when the program has failed. */
  readonly byHand: string;
  /** @throws {Error} when a program fails */
  run(root: string): Promise<unknown>;
}

const link: Step = {
  what: 'linked the packages under their new names',
  byHand: 'pnpm install',
  run: async (root) => await runPnpm(root, 'install', '--offline', '--no-frozen-lockfile', '--silent'),
};

/**
 * Updates the digest in the Go module and the Python package. It has changed, because the comments of the protos
 * contain the new names.
 */
const digest: Step = {
  what: 'computed the digest of the protos',
  byHand: 'pnpm generate',
  async run(root) {
    const { descriptorsSha256 } = packageVersion(root);
    for (const path of filesOf(root).filter(isVersionFile)) {
      const text = readFileSync(join(root, path), 'utf8');
      writeFileSync(join(root, path), text.replace(/\b[0-9a-f]{64}\b/, descriptorsSha256));
    }
  },
};

const format: Step = {
  what: 'formatted the code',
  byHand: 'npx biome check --write',
  async run(root) {
    const biome = join(root, 'node_modules/.bin/biome');
    // Marks imports and exports of which only types are left.
    await run(root, biome, 'lint', '--write', '--only=style/useImportType', '--only=style/useExportType');
    await run(root, biome, 'check', '--write', '--linter-enabled=false');
    await formatPython(root);
  },
};

/** The generators of TypeScript are npm packages, so that this step needs no other toolchain. */
const typeScript: Step = {
  what: 'generated the TypeScript of the protos',
  byHand: 'pnpm generate',
  async run(root) {
    generateTypeScript(root);
  },
};

/**
 * Links the packages, generates TypeScript, updates the digest of the protos, and formats the code.
 *
 * @returns the commands to run by hand, because a program has failed
 */
export async function finish(root: string, print: (line: string) => void): Promise<string[]> {
  const failed = await Promise.all([link, digest, format].map(runStep));
  return [...failed.flat(), ...(await runStep(typeScript))];

  async function runStep({ what, byHand, run }: Step): Promise<string[]> {
    const started = performance.now();
    try {
      await run(root);
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      print(`FAILED: not ${what}: ${message}\n${stdout}${stderr}`);
      return [byHand];
    }
    print(`${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return [];
  }
}

async function run(cwd: string, program: string, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${join(cwd, 'node_modules/.bin')}:${process.env['PATH']}` };
  await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 26 });
}

/** Runs the pnpm of the PATH, or the version that package.json names. */
async function runPnpm(root: string, ...args: readonly string[]): Promise<void> {
  try {
    await run(root, 'pnpm', ...args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
    await run(root, 'npx', '--yes', manifest.packageManager, ...args);
  }
}

/** Formats the Python code, because line breaks depend on the names. Skipped if the environment is missing. */
async function formatPython(root: string): Promise<void> {
  const ruff = join(root, 'examples/python/.venv/bin/ruff');
  if (!existsSync(ruff)) return;
  for (const path of filesOf(root).filter((file) => isRuffConfiguration(root, file))) {
    await run(join(root, dirname(path)), ruff, 'format', '--quiet', '.');
  }
}

function isRuffConfiguration(root: string, path: string): boolean {
  if (/(^|\/)ruff\.toml$/.test(path)) return true;
  return /(^|\/)pyproject\.toml$/.test(path) && (readText(join(root, path)) ?? '').includes('[tool.ruff');
}
