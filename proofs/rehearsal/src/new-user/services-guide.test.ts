// The steps of docs/guides/services.md in a copy of the repository, which passes `pnpm check` afterwards.
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { run } from '@example/release';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { copyRepository, edit } from '../repository-copy.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const missing = missingToolchain();

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'services-guide-'));
  if (missing) return;
  await copyRepository(copy);
  for (const path of globSync('{tools,examples}/**/.venv', { cwd: root, exclude: ['**/node_modules'] })) {
    symlinkSync(join(root, path), join(copy, path));
  }
  await pnpm('install', '--frozen-lockfile');
});
afterAll(() => rm(copy, { recursive: true }));

/** As at a terminal: in CI pnpm would refuse a package that the lockfile lacks. */
const env = { ...process.env, pnpm_config_frozen_lockfile: 'false' };
const pnpm = async (...args: string[]) => await run('pnpm', args, { cwd: copy, env });

/** Copies the files of a folder, with a book where they have a user, in their names too: the words have one length. */
function copyAsBook(folder: string): void {
  for (const path of globSync(`${folder}/**/*.{ts,json,proto}`, { cwd: copy, exclude: ['**/node_modules'] })) {
    const to = join(copy, asBook(path));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, asBook(readFileSync(join(copy, path), 'utf8')));
  }
}

function asBook(text: string): string {
  return text.replaceAll('user', 'book').replaceAll('User', 'Book').replaceAll('USER', 'BOOK');
}

const guide = readFileSync(join(root, 'docs/guides/services.md'), 'utf8');

/** Runs the commands that a section of the guide has, but for the service and the check. */
async function follow(title: string): Promise<void> {
  const [section = ''] = guide.split(`## ${title}\n`)[1]?.split('\n## ') ?? [];
  const commands = [...section.matchAll(/`pnpm ([^`]+)`/g)].map(([, command = '']) => command);
  expect(commands).toContain('check');
  for (const command of commands) {
    if (command !== 'dev' && command !== 'check') await pnpm(...command.split(' '));
  }
}

it.skipIf(missing)('after "Edit a proto" and "Add a service" pnpm check passes', async () => {
  const field = '  string email = 3;\n';
  await edit(
    join(copy, 'proto/user/v1/user.proto'),
    field,
    `${field}  // At most 50 characters.\n  string phone = 4;\n`,
  );
  await follow('Edit a proto');

  copyAsBook('proto/user');
  copyAsBook('packages/user-service');
  const specs = join(copy, 'tools/dev/src/service-spec.ts');
  await edit(specs, "name: 'user-service'", "name: 'user-service' | 'book-service'");
  const [line = ''] = / +\{ name: 'user-service'.*\n/.exec(readFileSync(specs, 'utf8')) ?? [];
  await edit(specs, line, line + asBook(line).replace('bookPort', '9001'));
  await follow('Add a service');
  expect(await pnpm('check')).toContain(' 0 failed');
});
