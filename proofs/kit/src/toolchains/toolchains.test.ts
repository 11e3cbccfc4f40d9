import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildProgram } from './module-programs.ts';
import { PythonEnvironment } from './python.ts';
import { ToolchainMissingError } from './toolchain-missing-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolchains-'));
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('names what to install when the Go toolchain is missing', async () => {
  const build = buildProgram(folder, '.', 'program');
  await expect(build).rejects.toThrow(ToolchainMissingError);
  await expect(build).rejects.toThrow('install the Go toolchain');
});

it('names what to install when Python is missing, and leaves no environment', () => {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, '');
  const environment = new PythonEnvironment({ folder: join(folder, '.venv'), requirements });
  expect(() => environment.install(() => {})).toThrow(ToolchainMissingError);
  expect(() => environment.install(() => {})).toThrow('install Python');
});
