// `pnpm release` and `pnpm release publish` in a real repository with a remote: their effects and their refusals.

import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { names, tarballOf } from '@example/kit/names';
import { runRelease } from '@example/release';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { createPreparedRepository, type PreparedRepository } from './prepared-repository.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let folder: string;
let repository: PreparedRepository;
let head: string;
let missing: string | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  missing = missingToolchain();
  if (missing) return;
  repository = await createPreparedRepository(folder);
  head = await repository.git('rev-parse', 'HEAD');
});
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterEach(async () => {
  if (missing) return;
  await repository.git('reset', '--quiet', '--hard', head);
  await repository.git('clean', '--quiet', '--force', '-d');
  await repository.git('tag', '--force', tagOf(repository), head);
  const pushed = await repository.git('ls-remote', '--tags', '--refs', 'origin');
  for (const ref of pushed.match(/refs\S+/g) ?? []) await repository.git('push', '--quiet', '--delete', 'origin', ref);
});
afterAll(() => rm(folder, { recursive: true }));

const tagOf = ({ version }: PreparedRepository) => `v${version}`;
const fileIn = (path: string) => join(repository.root, path);

async function edit(path: string, from: string | RegExp, to: string): Promise<void> {
  const content = await readFile(fileIn(path), 'utf8');
  expect(content).toMatch(from);
  await writeFile(fileIn(path), content.replace(from, to));
}

async function commit(): Promise<void> {
  await repository.git('add', '--all');
  await repository.git('commit', '--quiet', '--message', 'Edit');
}

async function release(...args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const stream = {
    write(text: string) {
      output += text;
    },
  };
  const streams = { stdout: stream, stderr: stream } as unknown as Parameters<typeof runRelease>[1];
  const code = await runRelease(args, streams, repository.root);
  return { code, output };
}
const publish = async (...args: string[]) => await release('publish', ...args);

describe('pnpm release', () => {
  it('writes the files of a release, and a second run changes nothing', async () => {
    const { version, git } = repository;
    expect((await readdir(fileIn(`releases/${version}`))).sort()).toEqual([
      'artefacts',
      'descriptors.binpb',
      'release.json',
      'vectors.json',
    ]);
    const record = JSON.parse(await readFile(fileIn(`releases/${version}/release.json`), 'utf8'));
    expect(record.minimumRuntimes.npm).toMatchObject({ '@bufbuild/protobuf': '^2.5.0' });
    expect(record.minimumRuntimes.python).toEqual({ python: '>=3.10', grpcio: '>=1.76.0', protobuf: '<8,>=6.31.1' });
    expect(record.minimumRuntimes.go).toMatchObject({ 'google.golang.org/grpc': 'v1.64.0' });
    expect((await readdir(fileIn(`releases/${version}/artefacts`))).sort()).toEqual(
      record.artefacts.map(({ name }: { name: string }) => name),
    );
    expect(await release(version)).toEqual({ code: 0, output: expect.stringContaining('nothing changed') });
    expect(await git('status', '--porcelain')).toBe('');
  });

  it('--dry-run prints what would be done, and changes nothing', async () => {
    const { code, output } = await release('--dry-run', repository.version);
    expect(code).toBe(0);
    expect(output).toContain(
      `npm     ${names.npmPackage}@${repository.version}, dist-tag ${repository.version.includes('-') ? 'next' : 'latest'}`,
    );
    expect(output).toContain('without changing them');
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  it.each([
    [['--help'], 0],
    [[], 1],
    [['1.0.0', '1.1.0'], 1],
    [['1.0.0', '--help'], 0],
  ])('%j prints the usage', async (args, code) => {
    expect(await release(...args)).toEqual({ code, output: expect.stringContaining('pnpm release VERSION') });
  });

  it('refuses a tree that is not clean', async () => {
    await writeFile(fileIn('mine.txt'), 'mine');
    const { code, output } = await release(repository.version);
    expect(code).toBe(1);
    expect(output).toMatch(/the tree is not clean, commit or `git stash -u`:\n\?\? mine.txt/);
  });

  it.each(['v1.2', '1.0.0/', '01.3.0', '1.3.0-rc.01', '1.3.0-beta.1'])(
    'refuses %s, which is not a version',
    async (text) => {
      const { code, output } = await release(text);
      expect(code).toBe(1);
      expect(output).toContain(`"${text}" is not a version such as 1.3.0 or 1.3.0-rc.1`);
    },
  );

  it('never prepares a released version again', async () => {
    await mkdir(fileIn('releases/0.0.1'));
    const { code, output } = await release('0.0.1');
    expect(code).toBe(1);
    expect(output).toContain(
      `HEAD is version ${repository.version}, and 0.0.1 is never prepared again: check out v0.0.1`,
    );
  });

  it('refuses a version whose day is not in CHANGELOG.md yet', async () => {
    await edit('CHANGELOG.md', /\(\d{4}-\d\d-\d\d\)/, '(unreleased)');
    await commit();
    const { output } = await release('--dry-run', repository.version);
    expect(output).toContain(`CHANGELOG.md does not begin with ${repository.version} and a day`);
  });

  it.each(['2026-99-99', '2026-02-30'])('refuses a version of %s, which is not a day', async (date) => {
    await edit('CHANGELOG.md', /\d{4}-\d\d-\d\d/, date);
    await commit();
    const { code, output } = await release('--dry-run', repository.version);
    expect(code).toBe(1);
    expect(output).toContain(
      `CHANGELOG.md has the day ${date} for ${repository.version}, which is not in the calendar: correct it`,
    );
  });

  it.each([
    ['2.0.0', names.goModule, `${names.goModule}/v2`],
    ['1.9.0', `${names.goModule}/v2`, names.goModule],
    ['3.0.0-rc.1', `${names.goModule}/v2`, `${names.goModule}/v3`],
  ])('--dry-run refuses %s with the Go module %s', async (version, path, right) => {
    await edit('go.mod', /^module .+/, `module ${path}`);
    await edit('packages/protos/package.json', /"version": "[^"]+"/, `"version": "${version}"`);
    await commit();
    const { code, output } = await release('--dry-run', version);
    expect(code).toBe(1);
    expect(output).toContain(`go.mod has ${path}, and Go accepts ${version} only as ${right}:`);
  });

  it('reports every manifest that does not agree', async () => {
    const { output } = await release('9.0.0');
    expect(output).toContain(`package.json has ${repository.version}: make it 9.0.0`);
    expect(output).toContain('CHANGELOG.md does not begin with 9.0.0 and a day: write "## 9.0.0 (YYYY-MM-DD)"');
  });

  it.each(['gen/go/version/version.go', `gen/python/${names.pythonModule}/__init__.py`])(
    'refuses a stale %s',
    async (path) => {
      const { version } = repository;
      await edit(path, path.endsWith('.py') ? pythonVersion(version) : version, '0.0.1');
      await commit();
      expect((await release(version)).output).toContain(`${path} does not agree with package.json and the protos`);
    },
  );

  it('refuses to replace prepared artefacts by others', async () => {
    await appendFile(fileIn('README.md'), 'Edited.\n');
    await commit();
    const { code, output } = await release(repository.version);
    expect(code).toBe(1);
    expect(output).toContain('has artefacts that differ from those of HEAD');
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  it.each(['descriptors.binpb', 'vectors.json', 'artefacts', 'release.json'])(
    'refuses a prepared version without its %s',
    async (name) => {
      await rm(fileIn(`releases/${repository.version}/${name}`), { recursive: true });
      await commit();
      for (const args of [[], ['--dry-run']]) {
        const { output } = await release(repository.version, ...args);
        expect(output).toContain(`releases/${repository.version} has changed since it was prepared`);
      }
      expect(await repository.git('status', '--porcelain')).toBe('');
    },
  );

  it.each([
    ['{}', 'is not the record of'],
    ['<<<<<<< mine', 'cannot be read'],
  ])('refuses a release.json that is %s', async (text, why) => {
    const path = `releases/${repository.version}/release.json`;
    await writeFile(fileIn(path), text);
    await commit();
    const { code, output } = await release(repository.version);
    expect(code).toBe(1);
    expect(output).toContain(`${path} ${why}`);
    expect(output).toContain('restore it');
  });
});

describe('pnpm release publish publishes nothing', () => {
  afterEach(async () => {
    if (!missing) expect(await repository.git('ls-remote', 'origin')).toBe('');
  });

  async function expectRefused(...whys: string[]): Promise<void> {
    const { code, output } = await publish(repository.version);
    expect(code).toBe(1);
    for (const why of whys) expect(output).toContain(why);
  }

  it('of a tree that is not clean', async () => {
    await appendFile(fileIn('README.md'), 'Edited.\n');
    await expectRefused('the tree is not clean');
  });

  it('of a commit without a tag', async () => {
    await repository.git('tag', '--delete', tagOf(repository));
    await expectRefused('there is no tag');
  });

  it('when the tag is on another commit than HEAD', async () => {
    await repository.git('tag', '--force', tagOf(repository), 'HEAD~1');
    await expectRefused(`the tag ${tagOf(repository)} is`, 'check out the tag');
  });

  it('of a commit that was tagged but not prepared', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(
      `there is no releases/${repository.version}: run \`pnpm release`,
      `retract v${repository.version} in go.mod`,
    );
  });

  it('with a tampered Go zip', async () => {
    const path = `releases/${repository.version}/artefacts/${tagOf(repository)}.zip`;
    const content = await readFile(fileIn(path));
    content[1000] = (content[1000] ?? 0) ^ 1;
    await writeFile(fileIn(path), content);
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(path, 'and the record has');
  });

  it('with another descriptor set, or a file that is not in the record', async () => {
    const files = `releases/${repository.version}`;
    await appendFile(fileIn(`${files}/descriptors.binpb`), ' ');
    await writeFile(fileIn(`${files}/artefacts/other.whl`), 'other');
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(
      `${files}/descriptors.binpb has the digest`,
      `${files}/artefacts/other.whl is not in the record: remove it`,
    );
  });

  it('with a tampered Go zip and a record that agrees with it: HEAD makes another', async () => {
    const record = `releases/${repository.version}/release.json`;
    const path = `releases/${repository.version}/artefacts/${tagOf(repository)}.zip`;
    await writeFile(fileIn(path), 'other');
    const other = 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa';
    await edit(record, new RegExp(`(?<="${tagOf(repository)}.zip",\\s*"sha256": ")\\w+`), other);
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`HEAD makes other files than were prepared (${tagOf(repository)}.zip)`);
  });

  it('of a module that Go makes differently from git', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await writeFile(fileIn('.gitattributes'), 'CONTRIBUTING.md export-ignore\n');
    await commit();
    expect(await release(repository.version)).toMatchObject({ code: 0 });
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`Go makes of ${tagOf(repository)} a module with the sums h1:`, '.gitattributes');
  });

  it('of commits after the version was prepared', async () => {
    await edit('packages/protos/README.md', `# ${names.npmPackage}`, '# Protos');
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(
      `HEAD makes other files than were prepared (${tarballOf(names.npmPackage, repository.version)})`,
    );
  });

  it('of an earlier version', async () => {
    await mkdir(fileIn('releases/0.0.1'));
    const { output } = await publish('0.0.1');
    expect(output).toContain(
      `HEAD is version ${repository.version}, and 0.0.1 is never prepared again: check out v0.0.1`,
    );
  });

  it.each([[['--to', 'nowhere', '1.0.0']], [[]]])('with the arguments %j, and prints the usage', async (args) => {
    expect(await publish(...args)).toEqual({
      code: 1,
      output: expect.stringContaining('pnpm release publish VERSION'),
    });
  });
});

it('pnpm release publish pushes the tag when everything agrees', async () => {
  expect(await publish(repository.version, '--to', 'tag')).toEqual({
    code: 0,
    output: expect.stringContaining(`published  the tag v`),
  });
  expect(await repository.git('ls-remote', 'origin')).toBe(`${head}\trefs/tags/${tagOf(repository)}`);
});
