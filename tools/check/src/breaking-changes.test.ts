import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenReleases } from './breaking-changes.ts';

const released = ['1.0.0', '1.1.0'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breaking-'));
  for (const path of ['buf.yaml', 'proto']) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const version of released) {
    const descriptors = join('releases', version, 'descriptors.binpb');
    mkdirSync(dirname(join(folder, descriptors)), { recursive: true });
    execFileSync('buf', ['build', '--as-file-descriptor-set', '-o', descriptors], { cwd: folder });
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
  expect(brokenReleases(folder)).toEqual(released);
});
