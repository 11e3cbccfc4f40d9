// What docs/reference/versions.md says of candidates, of versions that turn out to be broken, and of a second Go module, tried.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goVersionFile, packageVersion, pythonVersion, pythonVersionFile, writeVersionFile } from '@example/check';
import { root } from '@example/kit/root';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildArtefacts } from '../artefacts/build-artefacts.ts';
import { npmTarget } from '../publish/npm-target.ts';
import { publishRelease } from '../publish/publish-release.ts';
import { pythonTarget } from '../publish/python-target.ts';
import { pythonTools } from '../python-tools.ts';
import { startGoProxy } from '../registries/go-proxy.ts';
import { startNpmRegistry } from '../registries/npm-registry.ts';
import { startPythonIndex } from '../registries/python-index.ts';
import type { Registry } from '../registries/registry.ts';
import { prepareRelease } from '../release/prepare-release.ts';
import { copyRepository } from '../repository-copy.ts';
import { run } from '../run.ts';
import { missingToolchain } from '../testing/missing-toolchain.ts';

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
  // Each at once: afterAll closes those that have started when another one does not.
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
    const options = { root: repository, folder: await artefactsOf(version), version, timeoutMs: 60_000 };
    await go.target(options).publish();
    if (version === good || version === candidate) {
      await npmTarget(options).publish();
      await pythonTarget(options).publish();
    }
  }
}, 240_000);
beforeEach(({ skip }) => skip(missing !== undefined, missing));
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(registries.map(async ({ close }) => await close()));
  await rm(folder, { recursive: true });
});

/** Makes the copy that version, and builds it; `next` takes `broken` back. @returns the folder */
async function artefactsOf(version: string): Promise<string> {
  const edit = async (path: string, from: RegExp, to: string) => {
    const text = await readFile(join(repository, path), 'utf8');
    await writeFile(join(repository, path), text.replace(from, to));
  };
  await edit('packages/protos/package.json', /"version": "[^"]+"/, `"version": "${version}"`);
  await edit('CHANGELOG.md', /^## /m, `## ${version} (2026-12-24)\n\n- A thing.\n\n## `);
  if (version === next) await edit('go.mod', /$/, `\nretract v${broken} // it was broken\n`);
  for (const file of [goVersionFile, pythonVersionFile]) {
    writeVersionFile(file, packageVersion(repository), repository);
  }
  await run('git', ['commit', '--quiet', '--all', '--message', version], { cwd: repository });
  const artefacts = join(folder, version);
  await buildArtefacts(version, artefacts, { repository });
  return artefacts;
}

const said = async (program: string, args: readonly string[], env = process.env) =>
  (await run(program, args, { cwd: folder, env })).trim();
const npm = async (...args: string[]) => await said('npm', [...args, '--cache', join(folder, 'npm-cache')]);
const go = async (...args: string[]) => await said('go', args, goEnv);

/** @returns the lines that lock the requirement */
async function locked(requirement: string, index: string): Promise<string> {
  await writeFile(join(folder, 'requirements.in'), `${requirement}\n`);
  const args = ['pip', 'compile', '--quiet', '--no-deps', '--no-header', '--no-annotate', '--no-cache', '--index-url'];
  return await said(pythonTools().program('uv'), [...args, index, 'requirements.in']);
}

describe('a candidate is for those who ask for it', () => {
  it('npm', async () => {
    const tags = JSON.parse(await npm('view', '@example/protos', 'dist-tags', '--json'));
    expect(tags).toMatchObject({ latest: good, next: candidate });
    expect(await npm('view', '@example/protos@^1.0.0', 'version')).toBe(good);
    expect(await npm('view', '@example/protos@next', 'version')).toBe(candidate);
  });

  it('Python', async () => {
    const index = `${registries[1]?.url}simple/`;
    expect(await locked('example-protos', index)).toBe(`example-protos==${good}`);
    const asked = `example-protos>=${pythonVersion(candidate)}`;
    expect(await locked(asked, index)).toBe(`example-protos==${pythonVersion(candidate)}`);
  });

  it('Go', async () => {
    expect(await go('list', '-m', `example.com/protos@<v${broken}`)).toBe(`example.com/protos v${good}`);
    expect(await go('list', '-m', `example.com/protos@v${candidate}`)).toBe(`example.com/protos v${candidate}`);
  });
});

describe('a broken version is taken back, and whoever has it locked can still install it', () => {
  it('npm deprecates', async () => {
    await npm('deprecate', `@example/protos@${candidate}`, 'use another');
    expect(await npm('view', `@example/protos@${candidate}`, 'deprecated')).toBe('use another');
    await npm('install', '--prefix', join(folder, 'npm'), '--force', `@example/protos@${candidate}`);
    const installed = join(folder, 'npm/node_modules/@example/protos/package.json');
    expect(JSON.parse(await readFile(installed, 'utf8')).version).toBe(candidate);
  });

  it('npm gives a dist-tag to another version', async () => {
    await npm('dist-tag', 'add', `@example/protos@${good}`, 'other');
    expect(await npm('view', '@example/protos@other', 'version')).toBe(good);
  });

  it('an index of Python packages yanks', async () => {
    const index = await startYankingIndex();
    try {
      expect(await locked('example-protos', index.url)).toBe(`example-protos==${good}`);
      expect(await locked(`example-protos==${broken}`, index.url)).toBe(`example-protos==${broken}`);
    } finally {
      index.close();
    }
  });

  it('Go retracts, in the next version', async () => {
    expect(await go('list', '-m', '-versions', 'example.com/protos')).toBe(
      `example.com/protos v${good} v${candidate} v${next}`,
    );
    const one = JSON.parse(await go('list', '-m', '-retracted', '-json', `example.com/protos@v${broken}`));
    expect(one).toMatchObject({ Version: `v${broken}`, Retracted: ['it was broken'] });
    expect(await go('list', '-m', 'example.com/protos@latest')).toBe(`example.com/protos v${next}`);
  });

  /** The simple index of https://peps.python.org/pep-0503/, with the mark of https://peps.python.org/pep-0592/. */
  async function startYankingIndex() {
    const nameOf = (version: string) => `example_protos-${version}-py3-none-any.whl`;
    const links = [`<a href="${nameOf(good)}">${nameOf(good)}</a>`];
    links.push(`<a href="${nameOf(broken)}" data-yanked="it was broken">${nameOf(broken)}</a>`);
    const server = createServer(async (request, answer) => {
      const version = [good, broken].find((one) => request.url?.includes(nameOf(one)));
      if (version) answer.end(await readFile(join(folder, version, nameOf(version))));
      else
        answer.setHeader('content-type', 'text/html').end(`<!DOCTYPE html><html><body>${links.join('')}</body></html>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
      close: () => server.close().closeAllConnections(),
    };
  }
});

it('a second major version is prepared and published as another Go module', async () => {
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
  await publishRelease({ root, version, to: ['go'], print: (line) => printed.push(line) });
  expect(printed).toEqual([`published  example.com/protos/v2@v${version}, the tag at the remote "origin"`]);
  expect(await git('ls-remote', 'origin')).toContain(`refs/tags/v${version}`);
}, 180_000);

/** Does what docs/reference/versions.md says of it, and what it says of every version. */
async function becomeSecondMajor(repository: string, version: string): Promise<void> {
  const edit = async (path: string, from: RegExp, to: string) => {
    const text = await readFile(join(repository, path), 'utf8');
    await writeFile(join(repository, path), text.replace(from, to));
  };
  await run('go', ['mod', 'edit', '-module=example.com/protos/v2'], { cwd: repository });
  for (const path of ['user/v1/user', 'user/v2/user', 'order/v1/order']) {
    await edit(`proto/${path}.proto`, /"example.com\/protos\//, '"example.com/protos/v2/');
  }
  await edit('packages/protos/package.json', /"version": "[^"]+"/, `"version": "${version}"`);
  await edit('CHANGELOG.md', /^## /m, `## ${version} (2027-01-24)\n\n- A thing.\n\n## `);
  await run('buf', ['generate', '--template', 'tools/go/buf.gen.go.yaml'], { cwd: repository });
  for (const file of [goVersionFile, pythonVersionFile]) {
    writeVersionFile(file, packageVersion(repository), repository);
  }
}

it('a second Go module with the same proto packages cannot be in one program with the first', async () => {
  const [first, second, program] = ['first', 'second', 'program'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const module of [first, second]) {
    for (const path of ['go.mod', 'go.sum', 'gen/go']) {
      await cp(join(root, path), join(module, path), { recursive: true });
    }
  }
  await run('go', ['mod', 'edit', '-module=example.com/protos/v2'], { cwd: second });
  const requirements = await readFile(join(root, 'go.mod'), 'utf8');
  await mkdir(program);
  await cp(join(root, 'go.sum'), join(program, 'go.sum'));
  await writeFile(join(program, 'go.mod'), requirements.replace(/^module .+$/m, 'module example.com/program'));
  for (const [path, at] of [
    ['example.com/protos', first],
    ['example.com/protos/v2', second],
  ]) {
    const version = path?.endsWith('v2') ? 'v2.0.0' : 'v1.0.0';
    await run('go', ['mod', 'edit', `-require=${path}@${version}`, `-replace=${path}=${at}`], { cwd: program });
  }
  const main = (paths: readonly string[]) =>
    `package main\n\nimport (\n${paths.map((path) => `\t_ "${path}/gen/go/user/v1"\n`).join('')})\n\nfunc main() {}\n`;
  const options = { cwd: program, env: { ...process.env, GOFLAGS: '-mod=mod -trimpath', GOWORK: 'off' } };
  await writeFile(join(program, 'main.go'), main(['example.com/protos/v2']));
  await run('go', ['run', '.'], options);
  await writeFile(join(program, 'main.go'), main(['example.com/protos', 'example.com/protos/v2']));
  await expect(run('go', ['run', '.'], options)).rejects.toThrow('"user/v1/user.proto" is already registered');
}, 120_000);
