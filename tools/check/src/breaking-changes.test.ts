import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenReleases, releasedVersions } from './breaking-changes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breaking-'));
  for (const path of ['buf.yaml', 'proto']) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const version of releasedVersions(root)) {
    const descriptors = join('releases', version, 'descriptors.binpb');
    cpSync(join(root, descriptors), join(folder, descriptors));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(from: string, to: string): void {
  const path = join(folder, 'proto/user/v1/user.proto');
  const content = readFileSync(path, 'utf8');
  expect(content).toContain(from);
  writeFileSync(path, content.replace(from, to));
}

it('lets a new field through', () => {
  edit('string email = 3;', 'string email = 3;\n  // A number.\n  string phone = 4;');
  expect(brokenReleases(folder)).toEqual([]);
});

it('finds a change that breaks released versions, and does not compare with candidates', () => {
  cpSync(join(folder, 'releases/1.0.0'), join(folder, 'releases/1.0.1-rc.1'), { recursive: true });
  edit('string email = 3;', 'string mail = 3;');
  expect(brokenReleases(folder)).toEqual(releasedVersions(root));
});
