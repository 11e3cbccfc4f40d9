import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const program = `
  import { mkdtempSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { ownTemporaryFolder } from './src/temporary-folder.ts';

  ownTemporaryFolder();
  console.log(mkdtempSync(join(tmpdir(), 'work-')));
  if (process.argv[1] === 'wait') setInterval(() => {}, 1_000);
`;

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  [undefined, 0],
] as const)('the folder is removed when the process ends (signal: %s)', async (signal, exitCode) => {
  const folder = mkdtempSync(join(tmpdir(), 'temporary-folder-'));
  try {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program, signal ? 'wait' : ''];
    const child = spawn(process.execPath, args, {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    expect(`${await once(child.stdout, 'data')}`).toContain(join(folder, 'release-'));
    if (signal !== undefined) child.kill(signal);
    expect((await ended)[0]).toBe(exitCode);
    // tsx keeps its cache in the same folder.
    expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
