// Candidates, broken versions and second majors, as docs/reference/versions.md describes them.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goVersionFile, packageVersion, pythonVersion, pythonVersionFile, writeVersionFile } from '@example/check';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import {
  buildArtefacts,
  npmTarget,
  prepareRelease,
  publishRelease,
  pythonTarget,
  pythonTools,
  run,
} from '@example/release';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { startGoProxy } from '../registries/go-proxy.ts';
import { startNpmRegistry } from '../registries/npm-registry.ts';
import { startPythonIndex } from '../registries/python-index.ts';
import type { Registry } from '../registries/registry.ts';
import { copyRepository, edit } from '../repository-copy.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const good = '1.98.0';
const candidate = '1.99.0-rc.1';
const broken = '1.99.0';
const next = '1.99.1';

const missing = missingToolchain();
let folder: string;
let repository: string;
let goEnv: NodeJS.ProcessEnv;
const registries: Registry[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'versions-'));
  if (missing) return;
  repository = join(folder, 'repository');
  await copyRepository(repository);
  // Each registry is listed once it has started, so that afterAll closes it even when another one fails to start.
  const started = async <T extends Registry>(starting: Promise<T>): Promise<T> => {
    const registry = await starting;
    registries.push(registry);
    return registry;
  };
  const npm = await started(startNpmRegistry(folder));
  const python = await started(startPythonIndex(folder));
  const go = await started(startGoProxy(folder));
  for (const [name, value] of Object.entries({ ...npm.env, ...python.env })) vi.stubEnv(name, value);
  goEnv = { ...process.env, ...go.env };
  for (const version of [good, candidate, broken, next]) {
    const options = { root: repository, folder: await artefactsOf(version), version, timeoutMs: 100_000 };
    await go.target(options).publish();
    if (version === good || version === candidate) {
      await npmTarget(options).publish();
      await pythonTarget(options).publish();
    }
  }
});
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(registries.map(async ({ close }) => await close()));
  await rm(folder, { recursive: true });
});

/** Sets the version of the copy, and builds its artefacts. The version `next` retracts `broken`. @returns the folder */
async function artefactsOf(version: string): Promise<string> {
  await edit(join(repository, 'packages/protos/package.json'), /"version": "[^"]+"/, `"version": "${version}"`);
  await edit(join(repository, 'CHANGELOG.md'), /^## /m, `## ${version} (2026-12-24)\n\n- A thing.\n\n## `);
  if (version === next) await edit(join(repository, 'go.mod'), /$/, `\nretract v${broken} // it was broken\n`);
  for (const file of [goVersionFile, pythonVersionFile]) {
    writeVersionFile(file, packageVersion(repository), repository);
  }
  await run('git', ['commit', '--quiet', '--all', '--message', version], { cwd: repository });
  const artefacts = join(folder, version);
  await buildArtefacts(repository, version, artefacts);
  return artefacts;
}

const output = async (program: string, args: readonly string[], env = process.env) =>
  (await run(program, args, { cwd: folder, env })).trim();
const npm = async (...args: string[]) => await output('npm', [...args, '--cache', join(folder, 'npm-cache')]);
const go = async (...args: string[]) => await output('go', args, goEnv);

/** @returns the requirement with the version to which it is locked */
async function locked(requirement: string, index: string): Promise<string> {
  await writeFile(join(folder, 'requirements.in'), `${requirement}\n`);
  const args = ['pip', 'compile', '--quiet', '--no-deps', '--no-header', '--no-annotate', '--no-cache', '--index-url'];
  return await output(pythonTools().program('uv'), [...args, index, 'requirements.in']);
}

describe('a candidate is only installed by clients that ask for it:', () => {
  it('npm', async () => {
    const tags = JSON.parse(await npm('view', names.npmPackage, 'dist-tags', '--json'));
    expect(tags).toMatchObject({ latest: good, next: candidate });
    expect(await npm('view', `${names.npmPackage}@^1.0.0`, 'version')).toBe(good);
    expect(await npm('view', `${names.npmPackage}@next`, 'version')).toBe(candidate);
  });

  it('Python', async () => {
    const index = `${registries[1]?.url}simple/`;
    expect(await locked(names.pythonPackage, index)).toBe(`${names.pythonPackage}==${good}`);
    const requirement = `${names.pythonPackage}>=${pythonVersion(candidate)}`;
    expect(await locked(requirement, index)).toBe(`${names.pythonPackage}==${pythonVersion(candidate)}`);
  });

  it('Go', async () => {
    expect(await go('list', '-m', `${names.goModule}@<v${broken}`)).toBe(`${names.goModule} v${good}`);
    expect(await go('list', '-m', `${names.goModule}@v${candidate}`)).toBe(`${names.goModule} v${candidate}`);
  });
});

describe('a broken version is withdrawn, and a client that has locked it can still install it:', () => {
  it('npm deprecates it', async () => {
    await npm('deprecate', `${names.npmPackage}@${candidate}`, 'use another');
    expect(await npm('view', `${names.npmPackage}@${candidate}`, 'deprecated')).toBe('use another');
    await npm('install', '--prefix', join(folder, 'npm'), '--force', `${names.npmPackage}@${candidate}`);
    const installed = join(folder, `npm/node_modules/${names.npmPackage}/package.json`);
    expect(JSON.parse(await readFile(installed, 'utf8')).version).toBe(candidate);
  });

  it('npm moves a dist-tag to another version', async () => {
    await npm('dist-tag', 'add', `${names.npmPackage}@${good}`, 'other');
    expect(await npm('view', `${names.npmPackage}@other`, 'version')).toBe(good);
  });

  it('a Python index yanks it', async () => {
    const index = await startYankingIndex();
    try {
      expect(await locked(names.pythonPackage, index.url)).toBe(`${names.pythonPackage}==${good}`);
      expect(await locked(`${names.pythonPackage}==${broken}`, index.url)).toBe(`${names.pythonPackage}==${broken}`);
    } finally {
      index.close();
    }
  });

  it('Go retracts it in the next version', async () => {
    expect(await go('list', '-m', '-versions', names.goModule)).toBe(
      `${names.goModule} v${good} v${candidate} v${next}`,
    );
    const one = JSON.parse(await go('list', '-m', '-retracted', '-json', `${names.goModule}@v${broken}`));
    expect(one).toMatchObject({ Version: `v${broken}`, Retracted: ['it was broken'] });
    expect(await go('list', '-m', `${names.goModule}@latest`)).toBe(`${names.goModule} v${next}`);
  });

  /** The simple index of https://peps.python.org/pep-0503/, with the mark of https://peps.python.org/pep-0592/. */
  async function startYankingIndex() {
    const nameOf = (version: string) => `${names.pythonModule}-${version}-py3-none-any.whl`;
    const links = [`<a href="${nameOf(good)}">${nameOf(good)}</a>`];
    links.push(`<a href="${nameOf(broken)}" data-yanked="it was broken">${nameOf(broken)}</a>`);
    const server = createServer(async (request, response) => {
      const version = [good, broken].find((one) => request.url?.includes(nameOf(one)));
      if (version) response.end(await readFile(join(folder, version, nameOf(version))));
      else
        response
          .setHeader('content-type', 'text/html')
          .end(`<!DOCTYPE html><html><body>${links.join('')}</body></html>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
      close: () => server.close().closeAllConnections(),
    };
  }
});

it('a second major version is another Go module', async () => {
  const version = '2.0.0';
  const root = join(folder, 'second-major');
  const remote = join(folder, 'second-major.git');
  const git = async (...args: string[]) => (await run('git', args, { cwd: root })).trim();
  const commit = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  };
  await copyRepository(root);
  await git('init', '--quiet', '--bare', remote);
  await git('remote', 'add', 'origin', remote);
  await becomeSecondMajor(root, version);
  await commit('A second major version');
  expect(await prepareRelease(root, version)).toBe('written');
  await commit(`Release ${version}`);
  await git('tag', `v${version}`);
  const printed: string[] = [];
  await publishRelease({ root, version, to: ['tag'], print: (line) => printed.push(line) });
  expect(printed).toEqual([`published  the tag v${version} at the remote "origin"`]);
  expect(await git('ls-remote', 'origin')).toContain(`refs/tags/v${version}`);
});

/** Follows the steps of docs/reference/versions.md. */
async function becomeSecondMajor(repository: string, version: string): Promise<void> {
  await run('go', ['mod', 'edit', `-module=${names.goModule}/v2`], { cwd: repository });
  for (const path of ['user/v1/user', 'user/v2/user', 'order/v1/order']) {
    await edit(join(repository, `proto/${path}.proto`), `"${names.goModule}/`, `"${names.goModule}/v2/`);
  }
  await edit(join(repository, 'packages/protos/package.json'), /"version": "[^"]+"/, `"version": "${version}"`);
  await edit(join(repository, 'CHANGELOG.md'), /^## /m, `## ${version} (2027-01-24)\n\n- A thing.\n\n## `);
  await run('buf', ['generate', '--template', 'tools/go/buf.gen.go.yaml'], { cwd: repository });
  for (const file of [goVersionFile, pythonVersionFile]) {
    writeVersionFile(file, packageVersion(repository), repository);
  }
}

it('two Go modules with the same proto packages cannot be in one program: the second file is refused', async () => {
  const program = join(folder, 'program');
  await mkdir(program);
  await cp(join(root, 'go.sum'), join(program, 'go.sum'));
  const requirements = await readFile(join(root, 'go.mod'), 'utf8');
  await writeFile(join(program, 'go.mod'), requirements.replace(/^module .+$/m, 'module example.org/program'));
  // Only the messages. They need protobuf, but not grpc, which takes long to compile.
  for (const name of ['first', 'second']) {
    await mkdir(join(program, name));
    await cp(join(root, 'gen/go/user/v1/user.pb.go'), join(program, name, 'user.pb.go'));
  }
  const runWith = async (...imports: string[]) => {
    const lines = imports.map((name) => `\t_ "example.org/program/${name}"\n`).join('');
    await writeFile(join(program, 'main.go'), `package main\n\nimport (\n${lines})\n\nfunc main() {}\n`);
    const env = { ...process.env, GOFLAGS: '-mod=mod -trimpath', GOWORK: 'off' };
    return await run('go', ['run', '.'], { cwd: program, env });
  };
  await runWith('second');
  await expect(runWith('first', 'second')).rejects.toThrow('"user/v1/user.proto" is already registered');
});
