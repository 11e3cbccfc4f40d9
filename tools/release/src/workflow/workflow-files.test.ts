import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { root } from '@example/kit/root';
import { describe, expect, it } from 'vitest';

const textOf = (name: string) => readFileSync(join(root, `.github/workflows/${name}.yaml`), 'utf8');

describe.each(['ci', 'release', 'publish'])('%s.yaml', (name) => {
  const workflow = textOf(name);
  const jobs = workflow
    .slice(workflow.indexOf('\njobs:\n'))
    .split(/^ {2}(?=\w+:$)/m)
    .slice(1);

  it('builds with the pinned Python and Go, and does not let Go download another version', () => {
    expect(workflow).toMatch(/^env:\n {2}GOTOOLCHAIN: local/m);
    for (const job of jobs) expect(job).toMatch(/uses: \.\/\.github\/actions\/toolchains[\s\S]*run: /);
  });

  it('gives no token to a step that installs', () => {
    for (const job of jobs) {
      const [first = '', ...later] = job.split(/^ {6}- /m).filter((step) => /pnpm|\.ci\/run/.test(step));
      expect(first).not.toContain('GH_TOKEN');
      // Later steps, which may have a token, install nothing.
      if (later.some((step) => /GH_TOKEN/.test(step)) || job.includes('id-token')) {
        expect(first).toContain('release workflow install');
      }
      if (job.includes('id-token')) expect(first).toContain('env -u ACTIONS_ID_TOKEN_REQUEST');
    }
  });
});

it.each([
  ['success', true],
  ['skipped', true],
  ['failure', false],
  ['cancelled', false],
])('publish.yaml makes the release on GitHub when the publishing ends with %s: %s', (result, isMade) => {
  const condition = /^ {2}github:$[\s\S]*?^ {4}if: \$\{\{ (.+) \}\}$/m.exec(textOf('publish'))?.[1];
  // The expression has the same meaning in JavaScript.
  const evaluate = runInNewContext(`({ cancelled, needs }) => ${condition}`);
  expect(evaluate({ cancelled: () => false, needs: { plan: { result: 'success' }, registries: { result } } })).toBe(
    isMade,
  );
});
