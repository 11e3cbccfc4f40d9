// scripts/run.ts, which runs the commands of package.json.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { describe, expect, it } from 'vitest';
import { checks } from './checks.ts';
import { projects } from './test-command.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const names = Object.keys(scripts);

function run(...args: string[]) {
  const program = ['--import', 'tsx', 'scripts/run.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('has the commands of package.json, and lists them', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  const listed = [...stdout.matchAll(/^ {2}pnpm (\S+) /gm)].map((match) => match[1]);
  expect([...new Set(listed)]).toEqual(names);
  for (const name of names) expect(scripts[name]).toMatch(new RegExp(` scripts/run\\.ts ${name}$`));
  expect(names.length).toBeLessThanOrEqual(14);
});

it('lists the commands when there is no such command', () => {
  expect(run('verfy')).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^There is no command verfy\.\n\n.*pnpm verify /s),
  });
});

describe('the documentation', () => {
  const pages = globSync('{*.md,docs/**/*.md,{examples,packages,gen}/*/README.md}', { cwd: root });
  const code = pages.flatMap((page) => readFileSync(join(root, page), 'utf8').match(/```[^`]*```|`[^`]+`/g) ?? []);
  /** The matches of the pattern that are not among the known names. */
  const unknown = (pattern: RegExp, known: readonly string[]) =>
    code
      .flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))
      .filter((name) => !known.includes(name));

  it('names only commands that exist', () => {
    const ofPnpm = ['add', 'biome', 'buf', 'install', 'run', 'start'];
    expect(unknown(/\bpnpm(?:@[\d.]+)? ([a-z][\w:-]*)/g, [...names, ...ofPnpm])).toEqual([]);
    expect(unknown(/\bpnpm (dev)\b/g, [])).not.toEqual([]);
  });

  it('names only checks and test projects that exist', () => {
    const { product, others } = projects();
    expect(
      unknown(
        /\bpnpm check ([a-z][\w-]*)/g,
        checks.map(({ name }) => name),
      ),
    ).toEqual([]);
    expect(unknown(/--project (\S+)/g, [...product, ...others])).toEqual([]);
  });
});

describe.each(names)('pnpm %s', (name) => {
  it('has --help', () => {
    const { status, stdout, stderr } = run(name, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`  pnpm ${name}`);
  });
});

describe.each(['check', 'generate', 'verify'])('pnpm %s', (name) => {
  it('refuses an option that it does not have', () => {
    expect(run(name, '--fix')).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('--fix') });
  });
});
