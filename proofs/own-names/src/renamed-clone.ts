import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { namesOfTemplateIn, unprefixedIn } from './names-of-template.ts';
import type { OddNames } from './odd-names.ts';
import { tracesOf } from './traces-of-parts.ts';

/** A clone of the last commit of this repository, with its packages installed. */
export class RenamedClone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(folder: string): Promise<RenamedClone> {
    await outputOf('git', ['clone', '--quiet', '--local', root, folder]);
    const clone = new RenamedClone(folder);
    await clone.install();
    return clone;
  }

  async install(): Promise<void> {
    await this.run('pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--silent');
  }

  /** Restores the names of this repository. */
  async reset(): Promise<void> {
    await this.run('git', 'reset', '--quiet', '--hard');
    await this.run('git', 'clean', '--quiet', '--force', '-d');
    await this.install();
  }

  /** @returns the output */
  async rename({ scope, options = [] }: OddNames): Promise<string> {
    return await this.run('pnpm', 'start-your-own', '--yes', '--scope', scope, ...options);
  }

  async commit(): Promise<void> {
    await this.run('git', 'add', '--all');
    const person = ['-c', 'user.name=Maeve', '-c', 'user.email=maeve@example.com'];
    await this.run('git', ...person, 'commit', '--quiet', '--message', 'Begin under our own names');
  }

  /** @returns standard output @throws when the program fails, with all output */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const env = { PATH: [join(this.folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter) };
    return await outputOf(program, args, { cwd: this.folder, env, timeoutMs: 3_600_000 });
  }

  /**
   * The lines of all tracked and built files that contain a name of the template, and the files with such a name in
   * their path.
   *
   * @param similar matches names that only resemble the template's
   */
  namesOfTemplate(similar?: RegExp): string[] {
    return this.#linesOf((path, text) => namesOfTemplateIn(path, text, similar));
  }

  /** The lines of all files that name a proto package without its prefix. */
  unprefixed(prefix: string): string[] {
    return this.#linesOf((path, text) => unprefixedIn(prefix, path, text));
  }

  /** @param parts as in `--without`. @returns the lines of all files that still name one of the parts */
  tracesOf(parts: string): string[] {
    return this.#linesOf((path, text) => tracesOf(parts, path, text));
  }

  #linesOf(find: (path: string, text: string) => string[]): string[] {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others'], {
      cwd: this.folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    return listed
      .split('\0')
      .filter((path) => path !== '' && !/(^|\/)(node_modules|\.venv)\//.test(path))
      .flatMap((path) => {
        const file = join(this.folder, path);
        if (!existsSync(file) || !lstatSync(file).isFile()) return [];
        return find(path, readFileSync(file, 'latin1'));
      });
  }
}
