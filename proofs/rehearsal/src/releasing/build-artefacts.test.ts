// Built artefacts have the right content, and the same bytes everywhere.

import { cp, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { manifestVersion, packageVersion, pythonVersion } from '@example/check';
import { names, tarballOf } from '@example/kit/names';
import { root } from '@example/kit/root';
import { type Artefacts, buildArtefacts, run, sha256 } from '@example/release';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { copyRepository } from '../repository-copy.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const version = manifestVersion(root);

let folder: string;
let first: Artefacts;
let descriptorsSha256: string;
let missing: string | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artefacts-'));
  missing = missingToolchain();
  if (missing) return;
  await copyRepository(join(folder, 'repository'));
  descriptorsSha256 = packageVersion(join(folder, 'repository')).descriptorsSha256;
  first = await buildArtefacts(join(folder, 'repository'), version, join(folder, 'first'));
});
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterAll(() => rm(folder, { recursive: true }));

const inFolder = async (program: string, ...args: string[]) => (await run(program, args, { cwd: folder })).trim();

async function fileOf(ending: string): Promise<string> {
  return join(folder, 'first', first.artefacts.find(({ name }) => name.endsWith(ending))?.name ?? expect.fail(ending));
}

it('a build in another folder, from another clone, at another time, makes the same bytes', async () => {
  const clone = join(folder, 'elsewhere/clone');
  await inFolder('git', 'clone', '--quiet', join(folder, 'repository'), clone);
  await utimes(join(clone, 'gen/python/README.md'), new Date(0), new Date('2001-02-03'));
  // Uncommitted files do not belong to the version.
  await writeFile(join(clone, 'packages/protos/proto.txt'), 'mine');
  await writeFile(join(clone, 'gen/go/mine.go'), 'package mine');
  const again = await buildArtefacts(clone, version, join(folder, 'again'));
  expect(again.artefacts).toEqual(first.artefacts);
  expect(again.goSums).toEqual(first.goSums);
  expect(first.artefacts.map(({ name }) => name)).toEqual([
    tarballOf(names.npmPackage, version),
    `${names.pythonModule}-${pythonVersion(version)}-py3-none-any.whl`,
    `${names.pythonModule}-${pythonVersion(version)}.tar.gz`,
    `v${version}.info`,
    `v${version}.mod`,
    `v${version}.zip`,
  ]);
});

describe('the version and the digest of the descriptor set are right', () => {
  it('in the result of the build', () => expect(sha256(first.descriptors)).toBe(descriptorsSha256));

  it('in the npm package', async () => {
    await inFolder('tar', '-xzf', await fileOf('.tgz'));
    for (const format of ['esm', 'cjs']) {
      const found = await import(join(folder, `package/dist/${format}/version.js`));
      expect(found).toMatchObject({ version, descriptorsSha256 });
    }
    expect(sha256(await readFile(join(folder, 'package/descriptors.binpb')))).toBe(descriptorsSha256);
  });

  it('in the Python package', async () => {
    const code = `import ${names.pythonModule} as p; print(p.__version__, p.DESCRIPTORS_SHA256)`;
    const env = { ...process.env, PYTHONPATH: await fileOf('.whl') };
    expect((await run('python3', ['-c', code], { cwd: folder, env })).trim()).toBe(
      `${pythonVersion(version)} ${descriptorsSha256}`,
    );
  });

  it('in the Go module', async () => {
    await inFolder('python3', '-m', 'zipfile', '-e', await fileOf('.zip'), join(folder, 'go'));
    const module = join(folder, `go/${names.goModule}@v${version}`);
    const program = join(folder, 'program');
    await writeFile(join(folder, 'main.go'), goProgram);
    await cp(join(folder, 'main.go'), join(module, 'cmd/main.go'));
    await run('go', ['build', '-o', program, './cmd'], { cwd: module });
    expect(await inFolder(program)).toBe(`${version} ${descriptorsSha256}`);
  });
});

const goProgram = `package main

import (
	"fmt"

	"${names.goModule}/gen/go/version"
)

func main() { fmt.Println(version.Version, version.DescriptorsSHA256) }
`;

it('the Go zip has the folders of the module only', async () => {
  const listed = await inFolder('python3', '-m', 'zipfile', '-l', await fileOf('.zip'));
  const paths = [...listed.matchAll(new RegExp(`^${RegExp.escape(names.goModule)}@[^/]+/(\\S+)`, 'gm'))].map(
    ([, path = '']) => path,
  );
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'go.mod', 'gen/go/user/v2/user.pb.go']));
  const others = paths.filter((path) => path.includes('/') && !/^(gen\/go|proto)\//.test(path));
  expect(others, 'folders without a go.mod of their own').toEqual([]);
});

it('the manifest in the tarball has no scripts and no development dependencies', async () => {
  const manifest = JSON.parse(await inFolder('tar', '-xzOf', await fileOf('.tgz'), 'package/package.json'));
  const kept = ['name', 'version', 'license', 'repository', 'engines', 'type', 'exports', 'peerDependencies'];
  expect(Object.keys(manifest)).toEqual(expect.arrayContaining(kept));
  expect(Object.keys(manifest).filter((key) => /^(scripts|devDependencies|publishConfig)$/.test(key))).toEqual([]);
  expect(manifest.exports['./*']).toEqual({
    import: './dist/esm/gen/*/index.js',
    require: './dist/cjs/gen/*/index.js',
  });
});

it('the sdist has the licence, and no files of Go', async () => {
  const names = await inFolder('tar', '-tzf', await fileOf('.tar.gz'));
  expect(names).toContain('/LICENSE\n');
  expect(names).not.toContain('go.mod');
});

it('the wheel, the sdist and the tarball name the same repository', async () => {
  const { repository } = JSON.parse(await readFile(join(root, 'packages/protos/package.json'), 'utf8'));
  const url = `Project-URL: Repository, ${repository.url.replace(/^git\+|\.git$/g, '')}\n`;
  const sdist = await fileOf('.tar.gz');
  const name = basename(sdist, '.tar.gz');
  expect(await inFolder('tar', '-xzOf', sdist, `${name}/PKG-INFO`)).toContain(url);
  const read = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())';
  expect(await inFolder('python3', '-c', read, await fileOf('.whl'), `${name}.dist-info/METADATA`)).toContain(url);
});

it('the Python package in git has the licence of the repository', async () => {
  expect(await readFile(join(root, 'gen/python/LICENSE'), 'utf8')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
});

it('a version that HEAD does not have is an error', async () => {
  const build = buildArtefacts(join(folder, 'repository'), '0.9.0', join(folder, 'none'));
  await expect(build).rejects.toThrow(`HEAD is version ${version}, not 0.9.0`);
});
