import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { needProgram } from './outside-programs.ts';

const isWindows = process.platform === 'win32';

/** The time that another process may take to install the environment, in milliseconds. */
const installLimitMs = 600_000;

export interface PythonEnvironmentOptions {
  /** The folder of the environment. */
  readonly folder: string;
  /** The path of the file that pins all packages, with hashes. */
  readonly requirements: string;
}

/** A virtual environment with the packages of a requirements file. */
export class PythonEnvironment {
  readonly #options: PythonEnvironmentOptions;

  constructor(options: PythonEnvironmentOptions) {
    this.#options = options;
  }

  /** The path of the interpreter. */
  get python(): string {
    return join(this.#options.folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
  }

  /**
   * Installs the environment if it is missing or older than its requirements.
   *
   * @param print receives a line before an installation, which takes a while
   * @throws {ToolchainMissingError} when Python is missing
   */
  install(print: (text: string) => void): void {
    if (this.isInstalled()) return;
    const systemPython = needProgram('python');
    // Waits for another process that installs the environment. The system releases the lock of a process that dies.
    const lock = new DatabaseSync(`${this.#options.folder}.lock`, { timeout: installLimitMs });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      if (!this.isInstalled()) this.#installAnew(systemPython, print);
    } finally {
      lock.close();
    }
  }

  /** The requirements of the installation. */
  get #installed(): string {
    return join(this.#options.folder, 'requirements.txt');
  }

  /** Whether `install` has nothing to do. */
  isInstalled(): boolean {
    const { requirements } = this.#options;
    return existsSync(this.#installed) && readFileSync(this.#installed, 'utf8') === readFileSync(requirements, 'utf8');
  }

  #installAnew(systemPython: string, print: (text: string) => void): void {
    const { folder, requirements } = this.#options;
    print(`installing ${requirements} in ${folder}\n`);
    rmSync(folder, { recursive: true, force: true });
    const run = (command: string, args: readonly string[]) =>
      execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    run(systemPython, ['-m', 'venv', folder]);
    run(this.python, [
      '-m',
      'pip',
      '--disable-pip-version-check',
      'install',
      '--quiet',
      // Python compiles each module when it is first imported. Most modules are never imported.
      '--no-compile',
      '--require-hashes',
      '-r',
      requirements,
    ]);
    copyFileSync(requirements, this.#installed);
  }
}
