import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

const scripts = ['check', 'generate'];

it.each(scripts)('%s says how it is used, and does nothing else', (script) => {
  const run = (...args: string[]) => {
    const program = ['--import', 'tsx', join(root, `scripts/${script}.ts`), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const asked = run('--help');
  expect(asked).toMatchObject({ status: 0, stderr: '' });
  expect(asked.stdout).toContain(`  pnpm ${script}\n`);
  expect(run('--fix')).toEqual({ status: 1, stdout: '', stderr: `there is no option --fix\n\n${asked.stdout}` });
});
