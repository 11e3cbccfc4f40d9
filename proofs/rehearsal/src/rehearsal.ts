import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { run } from '@example/release';
import type { ReleasedVersion } from './released-version.ts';
import type { Services } from './services.ts';

/** The settings and programs that the checks use. */
export interface Rehearsal {
  /** Oldest first. */
  readonly releases: readonly ReleasedVersion[];
  /** The version that most checks install. */
  readonly release: ReleasedVersion;
  readonly services: Services;
  /** Variables for the package managers: they name the registries. */
  readonly env: NodeJS.ProcessEnv;
  /** The URL of the npm registry. */
  readonly npmUrl: string;
  /** The folder for the projects; outside the repository. */
  readonly folder: string;
  /** Ends the rehearsal and the programs that it has started. */
  readonly signal: AbortSignal;
}

/** One check of the rehearsal. */
export interface Check {
  readonly name: string;
  /**
   * @returns a note for people; undefined when the name is enough
   * @throws {Error} when the check fails
   */
  show(rehearsal: Rehearsal): Promise<string | undefined>;
}

/** A check is impossible on this machine; the message names what is missing. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}

/** @throws {Error} with both texts, when they differ */
export function expectEqual(actual: string, expected: string, what: string): void {
  if (actual.trimEnd() !== expected) throw new Error(`${what} is\n${actual.trimEnd()}\nand should be\n${expected}`);
}

/** The part of a rehearsal that projects need. */
export type ProjectSettings = Pick<Rehearsal, 'folder' | 'env' | 'npmUrl' | 'signal'>;

/** A folder with a program that uses a package. */
export interface Project {
  readonly folder: string;
  /** @returns the program's standard output */
  run(program: string, ...args: string[]): Promise<string>;
}

const consumers = join(import.meta.dirname, '../consumers');

/**
 * Makes a folder for a program.
 *
 * @param consumer a folder of `consumers`, whose files are copied; by default none
 * @param env variables besides the rehearsal's
 */
export async function newProject(
  rehearsal: ProjectSettings,
  consumer?: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Project> {
  const folder = await mkdtemp(join(rehearsal.folder, `${consumer?.replaceAll('/', '-') ?? 'empty'}-`));
  // pnpm does not read the registry of a scope from the environment.
  await writeFile(join(folder, '.npmrc'), `${names.npmScope}:registry=${rehearsal.npmUrl}\n`);
  if (consumer) await cp(join(consumers, consumer), folder, { recursive: true });
  const options = { cwd: folder, env: { ...rehearsal.env, ...env }, signal: rehearsal.signal };
  return { folder, run: async (program, ...args) => await run(program, args, options) };
}
