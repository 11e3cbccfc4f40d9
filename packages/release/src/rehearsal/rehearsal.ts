import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';
import type { ReleasedVersion } from './released-version.ts';
import type { Services } from './services.ts';

/** What the checks work with. */
export interface Rehearsal {
  /** Oldest first. */
  readonly releases: readonly ReleasedVersion[];
  /** The one that most checks use. */
  readonly release: ReleasedVersion;
  readonly services: Services;
  /** With the registries. */
  readonly env: NodeJS.ProcessEnv;
  /** Of the npm registry. */
  readonly npmUrl: string;
  /** For the projects; outside the repository. */
  readonly folder: string;
  /** Ends it, and the programs that it has started. */
  readonly signal: AbortSignal;
}

/** Something that is shown. */
export interface Check {
  readonly name: string;
  /**
   * @returns what people want to know of it; nothing when its name says all
   * @throws {Error} when it is not so
   */
  show(rehearsal: Rehearsal): Promise<string | undefined>;
}

/** A check cannot be made on this machine; the message says what is missing. */
export class NotHereError extends Error {
  override readonly name = 'NotHereError';
}

/** A folder in which a program that uses a package is made. */
export interface Project {
  readonly folder: string;
  /** @returns what the program wrote to its standard output */
  run(program: string, ...args: string[]): Promise<string>;
}

const consumers = join(import.meta.dirname, '../../consumers');

/**
 * Makes an empty folder.
 *
 * @param consumer a folder of `consumers`, of which it gets the files
 * @param env variables besides the rehearsal's
 */
export async function newProject(
  rehearsal: Pick<Rehearsal, 'folder' | 'env' | 'npmUrl' | 'signal'>,
  consumer?: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Project> {
  const folder = await mkdtemp(join(rehearsal.folder, `${consumer ?? 'empty'}-`));
  // pnpm does not take it from the environment.
  await writeFile(join(folder, '.npmrc'), `@example:registry=${rehearsal.npmUrl}\n`);
  if (consumer) await cp(join(consumers, consumer), folder, { recursive: true });
  const options = { cwd: folder, env: { ...rehearsal.env, ...env }, signal: rehearsal.signal };
  return { folder, run: async (program, ...args) => await run(program, args, options) };
}
