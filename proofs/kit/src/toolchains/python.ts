import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ToolchainMissingError } from './toolchain-missing-error.ts';

const longestInstallMs = 600_000;

export interface PythonEnvironmentOptions {
  /** The folder that it is in. */
  readonly folder: string;
  /** The path of the file that pins all that it has, with hashes. */
  readonly requirements: string;
}

/** A virtual environment with what a file of requirements pins. */
export class PythonEnvironment {
  readonly #options: PythonEnvironmentOptions;

  constructor(options: PythonEnvironmentOptions) {
    this.#options = options;
  }

  /** The path of its interpreter. */
  get python(): string {
    return join(this.#options.folder, 'bin/python');
  }

  /**
   * Installs it where it is missing or older than its requirements.
   *
   * @param print is told that it will take a while
   * @throws {ToolchainMissingError} when Python is missing
   */
  install(print: (text: string) => void): void {
    if (this.#isCurrent()) return;
    needPython();
    // Another process may be at it: this one waits for it, and the system lets go of the lock of one that dies.
    const lock = new DatabaseSync(`${this.#options.folder}.lock`, { timeout: longestInstallMs });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      if (!this.#isCurrent()) this.#installAnew(print);
    } finally {
      lock.close();
    }
  }

  /** The requirements that it was installed from. */
  get #installed(): string {
    return join(this.#options.folder, 'requirements.txt');
  }

  #isCurrent(): boolean {
    const { requirements } = this.#options;
    return existsSync(this.#installed) && readFileSync(this.#installed, 'utf8') === readFileSync(requirements, 'utf8');
  }

  #installAnew(print: (text: string) => void): void {
    const { folder, requirements } = this.#options;
    print(`installing ${requirements} in ${folder}\n`);
    rmSync(folder, { recursive: true, force: true });
    const run = (command: string, args: readonly string[]) =>
      execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    run('python3', ['-m', 'venv', folder]);
    run(this.python, [
      '-m',
      'pip',
      '--disable-pip-version-check',
      'install',
      '--quiet',
      '--require-hashes',
      '-r',
      requirements,
    ]);
    copyFileSync(requirements, this.#installed);
  }
}

function needPython(): void {
  try {
    const code = 'import sys, venv; sys.exit(sys.version_info < (3, 11))';
    execFileSync('python3', ['-c', code], { stdio: 'ignore' });
  } catch {
    throw new ToolchainMissingError('install Python 3.11 or newer with its module venv');
  }
}
