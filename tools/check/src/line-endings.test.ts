import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';

it('a clone where git converts line endings, as on Windows, has the bytes of the repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clone-'));
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
    git('clone', '--quiet', '--shared', '--config', 'core.autocrlf=true', root, '.');
    const files = git('ls-files', '--eol').trimEnd().split('\n');
    expect(files.filter((line) => !/^i\/(\S+)\s+w\/\1\s/.test(line))).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
