// The steps of the GitHub workflows in a real repository with a remote.

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { names } from '@example/kit/names';
import { createGithubRelease, run, runWorkflow } from '@example/release';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { startNpmRegistry } from '../registries/npm-registry.ts';
import { createPreparedRepository, type PreparedRepository } from './prepared-repository.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const missing = missingToolchain();
let folder: string;
let repository: PreparedRepository;
let tag: string;
let head: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workflow-'));
  if (missing) return;
  repository = await createPreparedRepository(folder);
  tag = `v${repository.version}`;
  head = await repository.git('rev-parse', 'HEAD');
});
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterEach(async () => {
  vi.unstubAllEnvs();
  if (missing) return;
  await repository.git('reset', '--quiet', '--hard', head);
  const tags = await repository.git('tag');
  if (tags !== '') await repository.git('tag', '--delete', ...tags.split('\n'));
  await repository.git('tag', tag, head);
  const pushed = await repository.git('ls-remote', '--tags', '--refs', 'origin');
  for (const ref of pushed.match(/refs\S+/g) ?? []) await repository.git('push', '--quiet', '--delete', 'origin', ref);
});
afterAll(() => rm(folder, { recursive: true }));

async function runStep(step: readonly string[], env: NodeJS.ProcessEnv) {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) await writeFile(file, '');
  let printed = '';
  const print = (line: string) => {
    printed += `${line}\n`;
  };
  const code = await runWorkflow(step, { env: { ...files, ...env }, print }, repository.root);
  const read = async (file: string) => await readFile(file, 'utf8');
  return { code, printed, output: await read(files.GITHUB_OUTPUT), summary: await read(files.GITHUB_STEP_SUMMARY) };
}

/** Runs the steps with a program replaced by a script that records each run. */
async function recordPrograms(name: string) {
  const real = (await run('sh', ['-c', `command -v ${name}`], { cwd: folder })).trim();
  const shims = await mkdtemp(join(folder, 'shims-'));
  const log = join(shims, 'log');
  await writeFile(log, '');
  await writeFile(join(shims, name), `#!/bin/sh\necho "$PWD \${GH_TOKEN:-none} $*" >> ${log}\nexec ${real} "$@"\n`);
  await chmod(join(shims, name), 0o755);
  vi.stubEnv('PATH', [shims, process.env['PATH']].join(delimiter));
  return async () => {
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => {
      const [cwd, token, ...args] = line.split(' ');
      return { cwd, token, args: args.join(' ') };
    });
  };
}

const registries = {
  NPM_REGISTRY: 'http://npm.test/',
  PYTHON_UPLOAD_URL: 'http://python.test/',
  PYTHON_INDEX_URL: 'http://python.test/simple/',
};
const onMain = { GITHUB_REF: 'refs/heads/main', DEFAULT_BRANCH: 'main' };
const onTag = () => ({ GITHUB_REF: `refs/tags/${tag}` });

describe('the step request', () => {
  it('accepts a prepared version, tags its own clone only, and gives the build no token', async () => {
    await repository.git('tag', '--delete', tag);
    vi.stubEnv('GH_TOKEN', 'secret');
    const [git, go] = [await recordPrograms('git'), await recordPrograms('go')];
    expect(await runStep(['request', repository.version], onMain)).toMatchObject({ code: 0, printed: '' });
    expect((await go()).map(({ token }) => token)).not.toContain('secret');
    expect((await git()).find(({ args }) => args.startsWith('ls-remote origin'))?.token).toBe('secret');
    expect(await repository.git('rev-parse', tag)).toBe(head);
    expect(await repository.git('ls-remote', '--tags', 'origin')).toBe('');
  });

  it('accepts the version again after its tag was pushed', async () => {
    await repository.git('push', '--quiet', 'origin', tag);
    expect(await runStep(['request', repository.version], onMain)).toMatchObject({ code: 0 });
  });

  async function expectRefused(version: string, env: NodeJS.ProcessEnv, why: string): Promise<void> {
    const { code, printed } = await runStep(['request', version], env);
    expect(code).toBe(1);
    expect(printed).toMatch(/^::error::[^\n]+\n$/);
    expect(printed).toContain(why);
  }

  it('refuses another branch', async () => {
    await expectRefused(repository.version, { ...onMain, GITHUB_REF: 'refs/heads/mine' }, 'run the workflow on main');
  });

  it('refuses a version that is not prepared', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await expectRefused(repository.version, onMain, `run \`pnpm release ${repository.version}\` and commit`);
  });

  it.each(['1.2', '..', '99.0.0'])('refuses %s', async (version) => {
    await expectRefused(version, onMain, version);
  });

  it('refuses a version whose tag was pushed on another commit', async () => {
    await repository.git('push', '--quiet', 'origin', `HEAD~1:refs/tags/${tag}`);
    await expectRefused(repository.version, onMain, `gh workflow run publish.yaml --ref ${tag}`);
  });

  it('refuses a version when a configured registry does not respond', async () => {
    vi.stubEnv(`npm_config_${names.npmScope}:registry`, '');
    vi.stubEnv('npm_config_fetch_retries', '0');
    await repository.git('tag', '--delete', tag);
    const env = { ...onMain, NPM_REGISTRY: 'http://127.0.0.1:9/' };
    const { code, printed } = await runStep(['tag', repository.version], env);
    expect({ code, printed }).toEqual({
      code: 1,
      printed: expect.stringContaining('npm: run this again when it responds'),
    });
    expect(await repository.git('ls-remote', '--tags', 'origin')).toBe('');
  });

  it('can be repeated when the remote does not respond', async () => {
    await repository.git('remote', 'set-url', 'origin', join(folder, 'gone.git'));
    try {
      await expectRefused(repository.version, onMain, 'run this again when it responds');
    } finally {
      await repository.git('remote', 'set-url', 'origin', repository.remote);
    }
  });
});

describe('the step tag', () => {
  it('pushes the tag of a prepared version', async () => {
    await repository.git('tag', '--delete', tag);
    expect(await runStep(['tag', repository.version], onMain)).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`published  the tag ${tag}`),
    });
    expect(await repository.git('ls-remote', '--tags', 'origin')).toBe(`${head}\trefs/tags/${tag}`);
  });

  it('pushes no tag of a version that is not prepared', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    expect(await runStep(['tag', repository.version], onMain)).toMatchObject({ code: 1 });
    expect(await repository.git('ls-remote', '--tags', 'origin')).toBe('');
  });
});

describe('the step plan', () => {
  it('outputs the registries', async () => {
    expect(await runStep(['plan'], { ...onTag(), ...registries })).toEqual({
      code: 0,
      printed: '',
      output: 'registries=npm python\n',
      summary: '',
    });
  });

  it('leaves out registries that are not configured, as in a fork, and names the variables to set', async () => {
    const { code, output, printed, summary } = await runStep(['plan'], { ...onTag(), PYTHON_UPLOAD_URL: 'http://x/' });
    expect({ code, output }).toEqual({ code: 0, output: 'registries=\n' });
    expect(printed).toBe(
      [
        "::notice::npm is left out: to publish there, set NPM_REGISTRY among the repository's variables\n",
        "::notice::python is left out: to publish there, set PYTHON_INDEX_URL among the repository's variables\n",
      ].join(''),
    );
    expect(summary).toContain('set PYTHON_INDEX_URL');
  });

  async function expectNothing(env: NodeJS.ProcessEnv, ...whys: string[]): Promise<string> {
    const { code, printed, output } = await runStep(['plan'], { ...registries, ...env });
    expect({ code, output }).toEqual({ code: 1, output: '' });
    for (const why of whys) expect(printed).toContain(why);
    return printed;
  }

  it('refuses a tag that was pushed by hand on a commit that is not prepared, and advises a retraction', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await repository.git('tag', '--force', tag);
    await expectNothing(
      onTag(),
      `there is no releases/${repository.version}`,
      `go mod edit -retract=${tag}`,
      'release the next version',
    );
  });

  it('refuses a tag with another version than its commit', async () => {
    await repository.git('tag', 'v1.99.0');
    await expectNothing(
      { GITHUB_REF: 'refs/tags/v1.99.0' },
      `package.json has ${repository.version}`,
      'go mod edit -retract=v1.99.0',
    );
  });

  it.each(['v1.2', 'v01.2.0', 'vendor$(ls)', 'v99.0.0'])(
    'advises to delete the tag %s, which Go does not accept',
    async (tag) => {
      await repository.git('tag', tag);
      const printed = await expectNothing(
        { GITHUB_REF: `refs/tags/${tag}` },
        'Go cannot make a module of this tag: delete it',
      );
      expect(printed).not.toContain('retract');
    },
  );

  it('advises a retraction of a version that Go accepts and we do not', async () => {
    await repository.git('tag', 'v1.99.0-beta.1');
    await expectNothing({ GITHUB_REF: 'refs/tags/v1.99.0-beta.1' }, 'go mod edit -retract=v1.99.0-beta.1');
  });

  it('advises a retraction when the commit came after the prepared one', async () => {
    await writeFile(join(repository.root, 'README.md'), 'other');
    await repository.git('commit', '--quiet', '--all', '--message', 'Other');
    await repository.git('tag', '--force', tag);
    vi.stubEnv('GH_TOKEN', 'secret');
    const go = await recordPrograms('go');
    const printed = await expectNothing(onTag(), `HEAD makes other files`, `go mod edit -retract=${tag}`);
    expect(printed).not.toContain('.gitattributes');
    expect((await go()).map(({ token }) => token)).not.toContain('secret');
  });

  it('advises a retraction when the record cannot be read', async () => {
    await writeFile(join(repository.root, 'releases', repository.version, 'release.json'), '<<<<<<< mine');
    await repository.git('commit', '--quiet', '--all', '--message', 'Damaged');
    await repository.git('tag', '--force', tag);
    await expectNothing(onTag(), `The tag ${tag} published nothing`, 'cannot be read', `go mod edit -retract=${tag}`);
  });

  it('advises no retraction of a prepared commit in a tree that is not clean', async () => {
    const mine = join(repository.root, 'mine.txt');
    await writeFile(mine, 'mine');
    const printed = await expectNothing(onTag(), 'the tree is not clean').finally(() => rm(mine));
    expect(printed).not.toContain('retract');
  });

  it('refuses a branch', async () => {
    await expectNothing(onMain, 'run the workflow on a tag such as v1.3.0');
  });
});

it('the step publish publishes to the configured registries', async () => {
  const npm = await startNpmRegistry(folder);
  try {
    for (const [name, value] of Object.entries(npm.env)) vi.stubEnv(name, value);
    vi.stubEnv(`npm_config_${names.npmScope}:registry`, 'http://127.0.0.1:9/');
    const git = await recordPrograms('git');
    const { code, printed } = await runStep(['publish'], { ...onTag(), NPM_REGISTRY: npm.url });
    expect(printed).toContain(`published  ${names.npmPackage}@${repository.version}`);
    expect(code).toBe(0);
    // Counts only the status of this repository: Go runs `git status`, too, in the repository of a program that it
    // builds.
    const checks = (await git()).filter(({ cwd, args }) => cwd === repository.root && args.startsWith('status'));
    expect(checks, 'the tree is checked once, before it is published').toHaveLength(1);
  } finally {
    await npm.close();
  }
});

describe('the release on GitHub, with a gh that records its arguments', () => {
  const responses = {
    missing: 'echo "release not found" >&2; exit 1',
    there: `echo '{"isDraft":false}'; exit 0`,
    draft: `echo '{"isDraft":true}'; exit 0`,
    down: 'echo "HTTP 502" >&2; exit 1',
  };

  const prerelease = () => (repository.version.includes('-') ? ' --prerelease' : '');
  const view = () => `release view ${tag} --json isDraft`;

  async function fakeGh(view: keyof typeof responses): Promise<string> {
    const gh = join(folder, 'gh');
    const calls = join(folder, 'calls');
    await writeFile(gh, `#!/bin/sh\necho "$@" >> ${calls}\n[ "$2" = view ] || exit 0\n${responses[view]}\n`);
    await chmod(gh, 0o755);
    await writeFile(calls, '');
    vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter));
    return calls;
  }

  async function makeRelease(view: keyof typeof responses) {
    const calls = await fakeGh(view);
    const outcome = await createGithubRelease(repository.root, repository.version).catch(
      (error: Error) => error.message,
    );
    return { outcome, calls: (await readFile(calls, 'utf8')).trimEnd().split('\n') };
  }

  it('is created with the notes and the recorded artefacts', async () => {
    const other = join(repository.root, 'releases', repository.version, 'artefacts/other.whl');
    await writeFile(other, 'other');
    await repository.git('add', other);
    const files = `(releases/${repository.version}/artefacts/\\S+ ?){6}$`;
    expect(await makeRelease('missing')).toEqual({
      outcome: 'created',
      calls: [
        view(),
        expect.stringMatching(
          `^release create ${tag} --verify-tag --title ${tag} --notes-file \\S+notes.md${prerelease()} ${files}`,
        ),
      ],
    });
  });

  it('is the only output of its step when no registry is configured', async () => {
    await fakeGh('missing');
    expect(await runStep(['github'], onTag())).toEqual({
      code: 0,
      printed: `created  the release ${tag} on GitHub\n`,
      output: '',
      summary: '',
    });
  });

  it('is left alone when it exists', async () => {
    expect(await makeRelease('there')).toEqual({ outcome: 'unchanged', calls: [view()] });
  });

  it('is finished when a draft was left', async () => {
    const files = `(releases/${repository.version}/artefacts/\\S+ ?){6}$`;
    expect(await makeRelease('draft')).toEqual({
      outcome: 'finished',
      calls: [
        view(),
        expect.stringMatching(`^release upload ${tag} --clobber ${files}`),
        expect.stringMatching(
          `^release edit ${tag} --draft=false --verify-tag --title ${tag} --notes-file \\S+notes.md${prerelease()}$`,
        ),
      ],
    });
  });

  it('is not created when GitHub does not respond', async () => {
    expect(await makeRelease('down')).toEqual({
      outcome: expect.stringContaining('HTTP 502'),
      calls: [view()],
    });
  });
});

it('an unknown step prints the usage', async () => {
  expect(await runStep(['nothing'], {})).toMatchObject({
    code: 1,
    printed: expect.stringContaining('pnpm release workflow plan'),
  });
});
