// Each registry fails in turn: nothing is lost or doubled, and the next run ends with the same bytes everywhere.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { root } from '@example/kit/root';
import {
  inOrder,
  npmTarget,
  publishTo,
  releasedApis,
  run,
  sha256,
  sha256OfFile,
  type Target,
  type TargetOptions,
} from '@example/release';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { type NpmRegistry, npmEnvironment, startNpmRegistry } from '../registries/npm-registry.ts';
import { pythonEnvironment, startPythonIndex } from '../registries/python-index.ts';
import type { Registry } from '../registries/registry.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

/** The two oldest releases. Until a repository has them, these tests are skipped. */
const [version = '', laterVersion = ''] = releasedApis(root).map((released) => released.version);
const artefactsOf = (released: string) => join(root, 'releases', released, 'artefacts');
const onNpm = RegExp.escape(`${names.npmPackage}@${version}`);
const onPython = RegExp.escape(`${names.pythonPackage} ${version}`);
const theTag = `the tag v${RegExp.escape(version)}`;

let folder: string;
let artefacts: string;
let options: Omit<TargetOptions, 'timeoutMs'>;
let npm: { registry: NpmRegistry; proxy: FaultProxy } | undefined;
let python: Registry;
let pythonProxy: FaultProxy;
let printed: string[];
let missing: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'publish-'));
  missing = laterVersion === '' ? 'releases/ has less than two releases' : missingToolchain();
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async ({ skip }) => {
  skip(missing !== undefined, missing);
  const here = await mkdtemp(join(folder, 'test-'));
  artefacts = join(here, 'artefacts');
  await cp(artefactsOf(version), artefacts, { recursive: true });
  npm = undefined;
  python = await startPythonIndex(here);
  pythonProxy = await startFaultProxy(python.url);
  setEnvironment({ ...pythonEnvironment(pythonProxy.url), UV_HTTP_RETRIES: '0' });
  const root = join(here, 'repository');
  const remote = join(here, 'remote.git');
  await run('git', ['init', '--quiet', '--bare', remote], { cwd: here });
  await run('git', ['init', '--quiet', root], { cwd: here });
  for (const args of [
    ['config', 'user.name', 'Releaser'],
    ['config', 'user.email', 'releaser@example.com'],
    ['commit', '--quiet', '--allow-empty', '--message', 'Release'],
    ['tag', `v${version}`],
    ['remote', 'add', 'origin', remote],
  ]) {
    await run('git', args, { cwd: root });
  }
  options = { root, version, folder: artefacts };
  printed = [];
});
afterEach(async () => {
  if (missing) return;
  vi.unstubAllEnvs();
  await Promise.all([pythonProxy, python, ...(npm ? [npm.proxy, npm.registry] : [])].map((server) => server.close()));
});

function setEnvironment(env: NodeJS.ProcessEnv = {}): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** Starts the npm registry, for the few tests that need it, because it starts slowly. */
async function startNpm(): Promise<FaultProxy> {
  const registry = await startNpmRegistry(options.root);
  const proxy = await startFaultProxy(registry.url);
  npm = { registry, proxy };
  setEnvironment({
    ...npmEnvironment(proxy.url, registry.token),
    npm_config_fetch_retries: '0',
  });
  return proxy;
}

/**
 * A registry that never responds ends an upload by its timeout. Other uploads have no timeout, because a slow machine
 * could exceed it.
 */
const silentUploadMs = 2_000;

/** @param silent the registry that never responds to an upload */
async function publish(silent?: Target['name']): Promise<void> {
  printed = [];
  const targets = inOrder
    .filter((targetOf) => npm || targetOf !== npmTarget)
    .map((targetOf) => {
      const target = targetOf({ ...options, timeoutMs: 100_000 });
      const impatient = targetOf({ ...options, timeoutMs: silentUploadMs });
      return target.name === silent ? { ...target, publish: impatient.publish } : target;
    });
  await publishTo(targets, version, (line) => printed.push(line), [10]);
}

/** The versions that can be installed. */
async function published(): Promise<{ tag: boolean; npm: string | undefined; python: string[] }> {
  const tags = await run('git', ['ls-remote', 'origin'], { cwd: options.root });
  const tgz = npm && (await fetch(`${npm.registry.url}${names.npmPackage}/-/protos-${version}.tgz`));
  const index = await fetch(`${python.url}simple/${names.pythonPackage}/`);
  const page = index.ok ? await index.text() : '';
  return {
    tag: tags.includes(`refs/tags/v${version}`),
    npm: tgz?.ok ? sha256(new Uint8Array(await tgz.arrayBuffer())) : undefined,
    python: [...page.matchAll(/sha256=(\w+)/g)].map(([, digest = '']) => digest).sort(),
  };
}

const nothing = { tag: false, npm: undefined, python: [] };

async function everything() {
  const name = `${names.pythonModule}-${version}`;
  const ofFile = async (file: string) => await sha256OfFile(join(artefactsOf(version), file));
  return {
    tag: true,
    npm: npm && (await ofFile(tarballOf(names.npmPackage, version))),
    python: [await ofFile(`${name}-py3-none-any.whl`), await ofFile(`${name}.tar.gz`)].sort(),
  };
}

it('a version is published to all registries, and a second run changes nothing', async () => {
  const proxy = await startNpm();
  await publish();
  expect(printed.map((line) => line.slice(0, 9))).toEqual(['published', 'published', 'published']);
  expect(await published()).toEqual(await everything());
  await publish();
  expect(printed.map((line) => line.slice(0, 9))).toEqual(['existed  ', 'existed  ', 'existed  ']);
  expect(await published()).toEqual(await everything());
  // npm may have cached the version. Even so, the command must notice that the registry is down.
  await proxy.close();
  await expect(publish()).rejects.toThrow('npm: run this again when it responds');
});

describe('nothing is published anywhere when a registry is down:', () => {
  const moveRemote = async (to: string) => {
    await run('git', ['remote', 'set-url', 'origin', join(options.root, '..', to)], { cwd: options.root });
  };

  it('npm', async () => {
    await (await startNpm()).close();
    await expect(publish()).rejects.toThrow('npm: run this again when it responds');
    expect(await published()).toEqual(nothing);
  });

  it('python', async () => {
    await pythonProxy.close();
    await expect(publish()).rejects.toThrow('python: run this again when it responds');
    expect(await published()).toEqual(nothing);
  });

  it('tag', async () => {
    await moveRemote('gone.git');
    await expect(publish()).rejects.toThrow('tag: run this again when it responds');
    await moveRemote('remote.git');
    expect(await published()).toEqual(nothing);
  });
});

describe('when npm fails during the upload, the others get nothing, and the next run resumes:', () => {
  it.each(['refused', 'silent', 'cut'] as const)('%s', async (fault) => {
    const proxy = await startNpm();
    proxy.fault = fault;
    await expect(publish(fault === 'silent' ? 'npm' : undefined)).rejects.toThrow(
      new RegExp(
        `^npm has failed:[^]*published: nothing\\n- not yet: ${onNpm}, ${onPython}, ${theTag}[^]*run this again`,
      ),
    );
    expect(await published()).toEqual(nothing);
    proxy.fault = 'none';
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

describe('when python fails during the upload, the next run resumes:', () => {
  it.each(['refused', 'silent', 'cut'] as const)('%s', async (fault) => {
    pythonProxy.fault = fault;
    await expect(publish(fault === 'silent' ? 'python' : undefined)).rejects.toThrow(
      /^python has failed:[\s\S]*run this again/,
    );
    expect(await published()).toEqual(nothing);
    pythonProxy.fault = 'none';
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

it('when npm stores the upload and its response is lost, the version is published and the others follow', async () => {
  (await startNpm()).fault = 'response lost';
  await publish();
  expect(await published()).toEqual(await everything());
});

it('when npm is down after an upload, the error lists the registries, and the next run resumes', async () => {
  (await startNpm()).fault = 'gone afterwards';
  await expect(publish()).rejects.toThrow(
    new RegExp(
      `^npm has accepted ${onNpm}, and does not show it:[^]*published: nothing\\n- not yet: ${onPython}, ${theTag}[^\\n]*\\n- run this again`,
    ),
  );
  if (npm) setEnvironment(npmEnvironment(npm.registry.url, npm.registry.token));
  await publish();
  expect(await published()).toEqual(await everything());
});

it('an older version does not move the dist-tag latest of npm', async () => {
  await startNpm();
  const later = { ...options, version: laterVersion, folder: artefactsOf(laterVersion), timeoutMs: 60_000 };
  await npmTarget(later).publish();
  await publish();
  const { 'dist-tags': tags } = (await (await fetch(`${npm?.registry.url}${names.npmPackage}`)).json()) as Record<
    string,
    unknown
  >;
  expect(tags).toEqual({ latest: laterVersion, [`release-${version.split('.').slice(0, 2).join('.')}`]: version });
});

it('a missing UV_PUBLISH_CHECK_URL is reported as such', async () => {
  vi.stubEnv('UV_PUBLISH_CHECK_URL', '');
  await expect(publish()).rejects.toThrow(
    `Nothing of ${version} was published now:\n- python: set UV_PUBLISH_CHECK_URL`,
  );
  expect(await published()).toEqual(nothing);
});

it('when python stores the wheel and its response is lost, the next run uploads the sdist', async () => {
  pythonProxy.fault = 'response lost';
  await expect(publish()).rejects.toThrow('python has failed');
  expect((await published()).python).toHaveLength(1);
  pythonProxy.fault = 'none';
  await publish();
  expect(await published()).toEqual(await everything());
});

describe('when the push of the tag, which comes last, fails, the next run resumes:', () => {
  const hooks = {
    refused: '#!/bin/sh\nexit 1\n',
    silent: '#!/bin/sh\nwhile [ -e "$GIT_DIR/held" ]; do sleep 0.1; done\nexit 1\n',
    'dies half-way': '#!/bin/sh\nkill -9 $PPID\n',
  };
  it.each(Object.entries(hooks))('%s', async (name, hook) => {
    const remote = join(options.root, '../remote.git');
    await writeFile(join(remote, 'held'), '');
    await writeFile(join(remote, 'hooks/pre-receive'), hook, { mode: 0o755 });
    await expect(publish(name === 'silent' ? 'tag' : undefined)).rejects.toThrow(
      new RegExp(`^tag has failed:[^]*published: ${onPython}[^]*run this again`),
    );
    await rm(join(remote, 'held'));
    expect(await published()).toEqual({ ...(await everything()), tag: false });
    await rm(join(remote, 'hooks/pre-receive'));
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

describe('nothing is published anywhere without access to', () => {
  const tokenKey = () => `npm_config_//${new URL(npm?.proxy.url ?? '').host}/:_authToken`;

  it('npm, without a login', async () => {
    await startNpm();
    vi.stubEnv(tokenKey(), undefined);
    await expect(publish()).rejects.toThrow(`Nothing of ${version} was published now:\n- npm: run \`npm login\``);
    expect(await published()).toEqual(nothing);
  });

  it('npm, with an unknown token', async () => {
    await startNpm();
    vi.stubEnv(tokenKey(), 'old');
    await expect(publish()).rejects.toThrow(`Nothing of ${version} was published now:\n- npm: run \`npm login\``);
    expect(await published()).toEqual(nothing);
  });

  it('python, without credentials of uv', async () => {
    vi.stubEnv('UV_PUBLISH_PASSWORD', undefined);
    await expect(publish()).rejects.toThrow(`Nothing of ${version} was published now:\n- python: set UV_PUBLISH_TOKEN`);
    expect(await published()).toEqual(nothing);
  });

  it('tag, when the remote refuses pushes', async () => {
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'remote.origin.receivepack');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'false');
    await expect(publish()).rejects.toThrow(
      `Nothing of ${version} was published now:\n- tag: check that it responds, and that you may publish there`,
    );
    expect(await published()).toEqual(nothing);
  });
});

describe('nothing is published when the version exists with other bytes at', () => {
  it('npm', async () => {
    const file = join(artefacts, tarballOf(names.npmPackage, version));
    await startNpm();
    await run('tar', ['-xzf', file], { cwd: artefacts });
    await writeFile(join(artefacts, 'package/README.md'), 'Other.\n');
    await run('npm', ['publish', '--loglevel', 'error', '--ignore-scripts'], { cwd: join(artefacts, 'package') });
    const before = await published();
    await expect(publish()).rejects.toThrow('npm: give the changes the next version');
    expect(await published()).toEqual(before);
  });

  it('python', async () => {
    const sdist = join(artefacts, `${names.pythonModule}-${version}.tar.gz`);
    await publish();
    await writeFile(sdist, Buffer.concat([await readFile(sdist), Buffer.from('x')]));
    await expect(publish()).rejects.toThrow('python: give the changes the next version');
    expect(await published()).toEqual(await everything());
  });

  it('tag', async () => {
    await publish();
    await run('git', ['commit', '--quiet', '--allow-empty', '--message', 'Later'], { cwd: options.root });
    await run('git', ['tag', '--force', `v${version}`], { cwd: options.root });
    await expect(publish()).rejects.toThrow('tag: give the changes the next version');
  });
});
