import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkBreaking } from './check-breaking.ts';
import { releasedVersions } from './released-versions.ts';

/** A repository without releases has nothing to compare with. */
const isReleased = releasedVersions(root).length > 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breaking-'));
  for (const path of ['buf.yaml', 'proto']) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const version of releasedVersions(root)) {
    for (const file of ['descriptors.binpb', 'vectors.json']) {
      const path = join('releases', version, file);
      cpSync(join(root, path), join(folder, path));
    }
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(from: string, to: string): void {
  const path = join(folder, 'proto/user/v1/user.proto');
  const content = readFileSync(path, 'utf8');
  expect(content).toContain(from);
  writeFileSync(path, content.replace(from, to));
}

it.runIf(isReleased)('accepts a new field', async () => {
  edit('string email = 3;', 'string email = 3;\n  // A number.\n  string phone = 4;');
  expect(await checkBreaking(folder)).toEqual([]);
});

it.runIf(isReleased)(
  'reports each change once, with place, effects, remedy, and broken versions except candidates',
  async () => {
    cpSync(join(folder, 'releases/1.0.0'), join(folder, 'releases/1.0.1-rc.1'), { recursive: true });
    edit('string email = 3;', 'string mail = 3;');
    const lines = await checkBreaking(folder);
    expect(lines[0]).toMatch(/^proto\/user\/v1\/user\.proto:\d+:\d+:Field "3" .* from "email" to "mail"/);
    expect(lines).toContain('user.v1.User: earlier messages are read as another value.');
    expect(new Set(lines).size).toBe(lines.length);
    const versions = releasedVersions(root).join(', ');
    expect(lines.at(-1)).toMatch(new RegExp(`^Undo these changes: .* Broken: programs of ${versions}\\.$`));
  },
);

it.runIf(isReleased)('reports protos that cannot be compiled', async () => {
  edit('string email = 3;', 'string email = ;');
  expect(await checkBreaking(folder)).toEqual([expect.stringContaining('cannot be compiled')]);
});
