import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A language that code is generated for. */
export interface Language {
  readonly name: string;
  /** What generates its code, and where that is, seen from the root. */
  readonly outputs: readonly { readonly template: string; readonly folder: string }[];
  /**
   * Gets its generators ready.
   *
   * @throws {ToolchainMissingError}
   */
  prepare(root: string, print: (text: string) => void): void;
}

/** A language cannot be generated on this machine; the message says what to install. */
export class ToolchainMissingError extends Error {}

export const languages: readonly Language[] = [
  {
    name: 'TypeScript',
    outputs: [
      { template: 'buf.gen.yaml', folder: 'packages/protos/src/gen' },
      { template: 'packages/rpc-server/buf.gen.yaml', folder: 'packages/rpc-server/src/gen' },
    ],
    prepare() {},
  },
  {
    name: 'Go',
    outputs: [{ template: 'tools/buf.gen.go.yaml', folder: 'gen/go' }],
    prepare() {
      needs('go', ['version'], 'install Go 1.26 or newer');
    },
  },
  {
    name: 'Python',
    outputs: [{ template: 'tools/buf.gen.python.yaml', folder: 'gen/python/example_protos' }],
    prepare: installPythonGenerators,
  },
];

/** Into tools/.venv, anew when tools/requirements.txt has changed. */
function installPythonGenerators(root: string, print: (text: string) => void): void {
  const requirements = join(root, 'tools/requirements.txt');
  const environment = join(root, 'tools/.venv');
  const installed = join(environment, 'requirements.txt');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(requirements, 'utf8')) return;
  needs('python3', ['-m', 'venv', '--help'], 'install Python 3.10 or newer with its module venv');
  print('installing the generators of tools/requirements.txt in tools/.venv\n');
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  run('python3', ['-m', 'venv', '--clear', environment]);
  run(join(environment, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements]);
  copyFileSync(requirements, installed);
}

function needs(command: string, args: readonly string[], advice: string): void {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
  } catch {
    throw new ToolchainMissingError(advice);
  }
}
