import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { longSubjects } from './commit-subjects.ts';

it('finds subjects of more than 72 characters, in commits since the rule exists', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commits-'));
  const git = (args: string[], date = '2026-12-01T00:00:00Z') => {
    const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: folder, env });
  };
  const commit = (subject: string, date?: string) => git(['commit', '--quiet', '--allow-empty', '-m', subject], date);
  git(['init', '--quiet']);
  commit('x'.repeat(80), '2026-11-01T00:00:00Z');
  commit('x'.repeat(72));
  commit(`${'x'.repeat(73)}\n\n${'y'.repeat(72)}`);
  expect(longSubjects(folder)).toEqual([expect.stringMatching(/^\w+ x{73}: 73 characters, not 72$/)]);
  rmSync(folder, { recursive: true });
});
