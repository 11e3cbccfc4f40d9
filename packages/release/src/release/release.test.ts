// A real repository with a remote: what `pnpm release` and `pnpm release:publish` do there, and refuse to do.
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonVersion } from '@example/check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runPublish } from '../commands/publish.ts';
import { runRelease } from '../commands/release.ts';
import type { Streams } from '../commands/streams.ts';
import { missingToolchain } from '../testing/missing-toolchain.ts';
import { createPreparedRepository, type PreparedRepository } from '../testing/prepared-repository.ts';

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
}, 300_000);
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterEach(async () => {
  if (missing) return;
  await repository.git('reset', '--quiet', '--hard', head);
  await repository.git('clean', '--quiet', '--force', '-d');
  await repository.git('tag', '--force', tagOf(repository), head);
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

async function runWith(command: typeof runRelease, args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const stream = {
    write(text: string) {
      output += text;
    },
  };
  const code = await command(args, { stdout: stream, stderr: stream } as unknown as Streams, repository.root);
  return { code, output };
}
const release = async (...args: string[]) => await runWith(runRelease, args);
const publish = async (...args: string[]) => await runWith(runPublish, args);

describe('pnpm release', () => {
  it('has written what was released, and twice changes nothing', async () => {
    const { version, git } = repository;
    expect((await readdir(fileIn(`releases/${version}`))).sort()).toEqual([
      'artefacts',
      'descriptors.binpb',
      'release.json',
      'vectors.json',
    ]);
    const record = JSON.parse(await readFile(fileIn(`releases/${version}/release.json`), 'utf8'));
    expect(record.minimumRuntimes.npm).toMatchObject({ '@bufbuild/protobuf': '^2.5.0' });
    expect(record.minimumRuntimes.python).toMatchObject({ grpcio: '>=1.76.0', protobuf: '<8,>=6.31.1' });
    expect(record.minimumRuntimes.go).toMatchObject({ 'google.golang.org/grpc': 'v1.64.0' });
    expect((await readdir(fileIn(`releases/${version}/artefacts`))).sort()).toEqual(
      record.artefacts.map(({ name }: { name: string }) => name),
    );
    expect(await release(version)).toEqual({ code: 0, output: expect.stringContaining('nothing changed') });
    expect(await git('status', '--porcelain')).toBe('');
  });

  it('--dry-run says what it would do, and does nothing', async () => {
    const { code, output } = await release('--dry-run', repository.version);
    expect(code).toBe(0);
    expect(output).toContain(
      `npm     @example/protos@${repository.version}, dist-tag ${repository.version.includes('-') ? 'next' : 'latest'}`,
    );
    expect(output).toContain('compare with what is there');
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  it.each([
    [['--help'], 0],
    [[], 1],
    [['1.0.0', '1.1.0'], 1],
  ])('%j shows how it is used', async (args, code) => {
    expect(await release(...args)).toEqual({ code, output: expect.stringContaining('pnpm release VERSION') });
  });

  it('refuses a tree that is not clean', async () => {
    await writeFile(fileIn('mine.txt'), 'mine');
    const { code, output } = await release(repository.version);
    expect(code).toBe(1);
    expect(output).toMatch(/the tree is not clean, commit or `git stash -u`:\n\?\? mine.txt/);
  });

  it.each(['v1.2', '1.0.0/', '01.3.0', '1.3.0-rc.01', '1.3.0-beta.1'])(
    'refuses %s, which is no version',
    async (text) => {
      const { code, output } = await release(text);
      expect(code).toBe(1);
      expect(output).toContain(`"${text}" is not a version such as 1.3.0 or 1.3.0-rc.1`);
    },
  );

  it('--dry-run of an earlier version says what it is made from', async () => {
    const { code, output } = await release('--dry-run', '1.0.0');
    expect(code).toBe(0);
    expect(output).toContain(`The manifests say ${repository.version}: 1.0.0 is an earlier version`);
    expect(output).toContain('check the files that are there, and change none');
  });

  it.each(['2026-99-99', '2026-02-30'])('refuses a version of %s, which is no day', async (date) => {
    await edit('CHANGELOG.md', /\d{4}-\d\d-\d\d/, date);
    await commit();
    const { code, output } = await release('--dry-run', repository.version);
    expect(code).toBe(1);
    expect(output).toContain(`CHANGELOG.md says that ${repository.version} is of ${date}, which is no day: correct it`);
  });

  it.each([
    ['2.0.0', 'example.com/protos', 'example.com/protos/v2'],
    ['1.2.0', 'example.com/protos/v2', 'example.com/protos'],
    ['3.0.0-rc.1', 'example.com/protos/v2', 'example.com/protos/v3'],
  ])('--dry-run refuses %s with the Go module %s', async (version, path, right) => {
    await edit('go.mod', /^module .+/, `module ${path}`);
    await edit('packages/protos/package.json', /"version": "[^"]+"/, `"version": "${version}"`);
    await commit();
    const { code, output } = await release('--dry-run', version);
    expect(code).toBe(1);
    expect(output).toContain(`go.mod says ${path}, and Go takes ${version} only as ${right}:`);
  });

  it('names every manifest that does not agree', async () => {
    const { output } = await release('9.0.0');
    expect(output).toContain(`package.json says ${repository.version}: make it 9.0.0`);
    expect(output).toContain(`CHANGELOG.md begins with ${repository.version}: write "## 9.0.0 (YYYY-MM-DD)" above it`);
  });

  it.each(['gen/go/version/version.go', 'gen/python/example_protos/__init__.py'])(
    'refuses a stale %s',
    async (path) => {
      const { version } = repository;
      await edit(path, path.endsWith('.py') ? pythonVersion(version) : version, '0.0.1');
      await commit();
      expect((await release(version)).output).toContain(`${path} is not what package.json and the protos say`);
    },
  );

  it('refuses to put other artefacts in the place of those that were prepared', async () => {
    await appendFile(fileIn('README.md'), 'Edited.\n');
    await commit();
    const { code, output } = await release(repository.version);
    expect(code).toBe(1);
    expect(output).toContain('has other artefacts than HEAD makes');
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  it.each(['descriptors.binpb', 'vectors.json', 'artefacts', 'release.json'])(
    'refuses a version without its %s, and one that is kept',
    async (name) => {
      for (const version of [repository.version, '1.0.0']) {
        await rm(fileIn(`releases/${version}/${name}`), { recursive: true });
      }
      await commit();
      for (const args of [[], ['--dry-run']]) {
        const { output } = await release(repository.version, ...args);
        expect(output).toContain(`releases/${repository.version} is not what was`);
      }
      const { code, output } = await release('1.0.0');
      expect(code).toBe(1);
      // Without its descriptor set it is no version that is kept.
      if (name !== 'descriptors.binpb') expect(output).toContain('releases/1.0.0 is not what was prepared');
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

  it('refuses an edited file of a version that is kept', async () => {
    await appendFile(fileIn('releases/1.0.0/artefacts/v1.0.0.zip'), 'x');
    await commit();
    expect((await release('1.0.0')).output).toContain('artefacts/v1.0.0.zip is');
  });
});

describe('pnpm release:publish refuses, and publishes nothing', () => {
  afterEach(async () => {
    if (!missing) expect(await repository.git('ls-remote', 'origin')).toBe('');
  });

  async function expectRefused(...whys: string[]): Promise<void> {
    const { code, output } = await publish(repository.version);
    expect(code).toBe(1);
    for (const why of whys) expect(output).toContain(why);
  }

  it('a tree that is not clean', async () => {
    await appendFile(fileIn('README.md'), 'Edited.\n');
    await expectRefused('the tree is not clean');
  });

  it('a commit without a tag', async () => {
    await repository.git('tag', '--delete', tagOf(repository));
    await expectRefused('there is no tag');
  });

  it('a tag that lies: on another commit than HEAD', async () => {
    await repository.git('tag', '--force', tagOf(repository), 'HEAD~1');
    await expectRefused(`the tag ${tagOf(repository)} is`, 'check out the tag');
  });

  it('a tag by hand on a commit that was not prepared', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`there is no releases/${repository.version}: run \`pnpm release`, 'retract it in go.mod');
  });

  it('a tampered Go zip', async () => {
    const path = `releases/${repository.version}/artefacts/${tagOf(repository)}.zip`;
    const content = await readFile(fileIn(path));
    content[1000] = (content[1000] ?? 0) ^ 1;
    await writeFile(fileIn(path), content);
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(path, 'and was prepared as');
  });

  it('another descriptor set, or a file that was not prepared', async () => {
    const files = `releases/${repository.version}`;
    await appendFile(fileIn(`${files}/descriptors.binpb`), ' ');
    await writeFile(fileIn(`${files}/artefacts/other.whl`), 'other');
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`${files}/descriptors.binpb is`, `${files}/artefacts/other.whl was not prepared: remove it`);
  });

  it('a tampered Go zip with a record that agrees with it: HEAD makes another', async () => {
    const record = `releases/${repository.version}/release.json`;
    const path = `releases/${repository.version}/artefacts/${tagOf(repository)}.zip`;
    await writeFile(fileIn(path), 'other');
    const other = 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa';
    await edit(record, new RegExp(`(?<="${tagOf(repository)}.zip",\\s*"sha256": ")\\w+`), other);
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`HEAD makes other files than were prepared (${tagOf(repository)}.zip)`);
  });

  it('a module that is another one to Go than to git', async () => {
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await writeFile(fileIn('.gitattributes'), 'CONTRIBUTING.md export-ignore\n');
    await commit();
    expect(await release(repository.version)).toMatchObject({ code: 0 });
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`Go makes of ${tagOf(repository)} a module with the sums h1:`, '.gitattributes');
  }, 120_000);

  it('what was committed after it was prepared', async () => {
    await edit('packages/protos/README.md', '# @example/protos', '# Protos');
    await commit();
    await repository.git('tag', '--force', tagOf(repository));
    await expectRefused(`HEAD makes other files than were prepared (example-protos-${repository.version}.tgz)`);
  });

  it('an earlier version', async () => {
    const { output } = await publish('1.0.0');
    expect(output).toContain('HEAD is not version 1.0.0: check out v1.0.0');
  });

  it.each([[['--to', 'nowhere', '1.0.0']], [[]]])('%j: shows how it is used', async (args) => {
    expect(await publish(...args)).toEqual({
      code: 1,
      output: expect.stringContaining('pnpm release:publish VERSION'),
    });
  });
});

it('pnpm release:publish pushes the tag for Go when all agree', async () => {
  expect(await publish(repository.version, '--to', 'go')).toEqual({
    code: 0,
    output: expect.stringMatching(/^published {2}example.com\/protos@v/),
  });
  expect(await repository.git('ls-remote', 'origin')).toBe(`${head}\trefs/tags/${tagOf(repository)}`);
});
