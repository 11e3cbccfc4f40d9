// Each registry fails in turn: nothing is lost or doubled, and who runs it again ends with the same bytes everywhere.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256, sha256OfFile } from '../artefacts/sha256.ts';
import { type NpmRegistry, npmEnvironment, startNpmRegistry } from '../registries/npm-registry.ts';
import { pythonEnvironment, startPythonIndex } from '../registries/python-index.ts';
import type { Registry } from '../registries/registry.ts';
import { run } from '../run.ts';
import { type FaultProxy, startFaultProxy } from '../testing/fault-proxy.ts';
import { missingToolchain } from '../testing/missing-toolchain.ts';
import { npmTarget } from './npm-target.ts';
import { inOrder, publishTo } from './publish-release.ts';
import type { TargetOptions } from './registry-target.ts';

const version = '1.0.0';
const released = join(root, 'releases', version, 'artefacts');

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
  missing = missingToolchain();
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async ({ skip }) => {
  skip(missing !== undefined, missing);
  const here = await mkdtemp(join(folder, 'test-'));
  artefacts = join(here, 'artefacts');
  await cp(released, artefacts, { recursive: true });
  npm = undefined;
  python = await startPythonIndex(here);
  pythonProxy = await startFaultProxy(python.url);
  setEnvironment({ ...pythonEnvironment(pythonProxy.url), UV_HTTP_RETRIES: '0' });
  const root = join(here, 'repository');
  const remote = join(here, 'remote.git');
  await run('git', ['init', '--quiet', '--bare', remote], { cwd: here });
  await run('git', ['init', '--quiet', root], { cwd: here });
  await writeFile(join(root, 'go.mod'), 'module example.com/protos\n');
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

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** Not every test needs it, and it is the slowest. */
async function startNpm(): Promise<FaultProxy> {
  const registry = await startNpmRegistry(options.root);
  const proxy = await startFaultProxy(registry.url);
  npm = { registry, proxy };
  setEnvironment({
    ...npmEnvironment(proxy.url, registry.token),
    npm_config_fetch_retries: '0',
    npm_config_fetch_timeout: '5000',
  });
  return proxy;
}

async function publish(timeoutMs = 60_000): Promise<void> {
  printed = [];
  const targets = inOrder.filter((target) => npm || target !== npmTarget);
  await publishTo(
    targets.map((target) => target({ ...options, timeoutMs })),
    version,
    (line) => printed.push(line),
    [10],
  );
}

/** What people can install. */
async function published(): Promise<{ go: boolean; npm: string | undefined; python: string[] }> {
  const tags = await run('git', ['ls-remote', 'origin'], { cwd: options.root });
  const tgz = npm && (await fetch(`${npm.registry.url}@example/protos/-/protos-${version}.tgz`));
  const index = await fetch(`${python.url}simple/example-protos/`);
  const page = index.ok ? await index.text() : '';
  return {
    go: tags.includes(`refs/tags/v${version}`),
    npm: tgz?.ok ? sha256(new Uint8Array(await tgz.arrayBuffer())) : undefined,
    python: [...page.matchAll(/sha256=(\w+)/g)].map(([, digest = '']) => digest).sort(),
  };
}

const nothing = { go: false, npm: undefined, python: [] };

async function everything() {
  const name = `example_protos-${version}`;
  const ofFile = async (file: string) => await sha256OfFile(join(released, file));
  return {
    go: true,
    npm: npm && (await ofFile(`example-protos-${version}.tgz`)),
    python: [await ofFile(`${name}-py3-none-any.whl`), await ofFile(`${name}.tar.gz`)].sort(),
  };
}

it('publishes to all, and twice changes nothing', async () => {
  const proxy = await startNpm();
  await publish();
  expect(printed.map((line) => line.slice(0, 9))).toEqual(['published', 'published', 'published']);
  expect(await published()).toEqual(await everything());
  await publish();
  expect(printed.map((line) => line.slice(0, 9))).toEqual(['was there', 'was there', 'was there']);
  expect(await published()).toEqual(await everything());
  // npm has seen it by now, and would answer from what it remembers.
  await proxy.close();
  await expect(publish()).rejects.toThrow('npm: run this again when it answers');
});

describe('a registry that is down when asked: nothing is published anywhere', () => {
  const moveRemote = async (to: string) => {
    await run('git', ['remote', 'set-url', 'origin', join(options.root, '..', to)], { cwd: options.root });
  };

  it('npm', async () => {
    await (await startNpm()).close();
    await expect(publish()).rejects.toThrow('npm: run this again when it answers');
    expect(await published()).toEqual(nothing);
  });

  it('python', async () => {
    await pythonProxy.close();
    await expect(publish()).rejects.toThrow('python: run this again when it answers');
    expect(await published()).toEqual(nothing);
  });

  it('go', async () => {
    await moveRemote('gone.git');
    await expect(publish()).rejects.toThrow('go: run this again when it answers');
    await moveRemote('remote.git');
    expect(await published()).toEqual(nothing);
  });
});

describe('npm fails during the upload: nobody else gets anything, and the next run goes on', () => {
  it.each(['refused', 'silent', 'cut'] as const)('%s', async (fault) => {
    const proxy = await startNpm();
    proxy.fault = fault;
    await expect(publish()).rejects.toThrow(
      /^npm has failed:[\s\S]*published: nothing\n- not yet: @example\/protos@1.0.0, example-protos 1.0.0, example.com\/protos@v1[\s\S]*run this again/,
    );
    expect(await published()).toEqual(nothing);
    proxy.fault = 'none';
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

describe('python fails during the upload, and the next run goes on', () => {
  it.each(['refused', 'silent', 'cut'] as const)('%s', async (fault) => {
    pythonProxy.fault = fault;
    await expect(publish(fault === 'silent' ? 8_000 : undefined)).rejects.toThrow(
      /^python has failed:[\s\S]*run this again/,
    );
    expect(await published()).toEqual(nothing);
    pythonProxy.fault = 'none';
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

it('npm has taken it, and its answer is lost: it is published, and the rest goes on', async () => {
  (await startNpm()).fault = 'answer lost';
  await publish();
  expect(await published()).toEqual(await everything());
});

it('npm has taken it, and is gone: the message says what is published, and the next run goes on', async () => {
  (await startNpm()).fault = 'gone afterwards';
  await expect(publish()).rejects.toThrow(
    /^npm has taken @example\/protos@1.0.0, and does not show it:[\s\S]*published: nothing\n- not yet: example-protos 1.0.0, example.com\/protos@v1[^\n]*\n- run this again/,
  );
  if (npm) setEnvironment(npmEnvironment(npm.registry.url, npm.registry.token));
  await publish();
  expect(await published()).toEqual(await everything());
});

it('npm: a version that is older than latest leaves it where it is', async () => {
  await startNpm();
  const later = { ...options, version: '1.1.0', folder: join(root, 'releases/1.1.0/artefacts'), timeoutMs: 60_000 };
  await npmTarget(later).publish();
  await publish();
  const { 'dist-tags': tags } = (await (await fetch(`${npm?.registry.url}@example/protos`)).json()) as Record<
    string,
    unknown
  >;
  expect(tags).toEqual({ latest: '1.1.0', 'release-1.0': version });
});

it('python: an index that nobody has named is not one that does not answer', async () => {
  vi.stubEnv('UV_PUBLISH_CHECK_URL', '');
  await expect(publish()).rejects.toThrow(/^Nothing of 1.0.0 was published now:\n- python: set UV_PUBLISH_CHECK_URL/);
  expect(await published()).toEqual(nothing);
});

it('python has taken the wheel, and its answer is lost: the next run uploads the sdist', async () => {
  pythonProxy.fault = 'answer lost';
  await expect(publish()).rejects.toThrow('python has failed');
  expect((await published()).python).toHaveLength(1);
  pythonProxy.fault = 'none';
  await publish();
  expect(await published()).toEqual(await everything());
});

describe('the push of the tag, which comes last, fails, and the next run goes on', () => {
  const hooks = {
    refused: '#!/bin/sh\nexit 1\n',
    silent: '#!/bin/sh\nwhile [ -e "$GIT_DIR/held" ]; do sleep 0.1; done\nexit 1\n',
    'dies half-way': '#!/bin/sh\nkill -9 $PPID\n',
  };
  it.each(Object.entries(hooks))('%s', async (_name, hook) => {
    const remote = join(options.root, '../remote.git');
    await writeFile(join(remote, 'held'), '');
    await writeFile(join(remote, 'hooks/pre-receive'), hook, { mode: 0o755 });
    await expect(publish(8_000)).rejects.toThrow(
      /^go has failed:[\s\S]*published: example-protos 1.0.0[\s\S]*run this again/,
    );
    await rm(join(remote, 'held'));
    expect(await published()).toEqual({ ...(await everything()), go: false });
    await rm(join(remote, 'hooks/pre-receive'));
    await publish();
    expect(await published()).toEqual(await everything());
  });
});

describe('a registry that we may not publish to: nothing is published anywhere', () => {
  const tokenKey = () => `npm_config_//${new URL(npm?.proxy.url ?? '').host}/:_authToken`;

  it('npm, to which nobody has logged in', async () => {
    await startNpm();
    vi.stubEnv(tokenKey(), undefined);
    await expect(publish()).rejects.toThrow(/^Nothing of 1.0.0 was published now:\n- npm: run `npm login`/);
    expect(await published()).toEqual(nothing);
  });

  it('npm, which does not know the token', async () => {
    await startNpm();
    vi.stubEnv(tokenKey(), 'old');
    await expect(publish()).rejects.toThrow(/^Nothing of 1.0.0 was published now:\n- npm: run `npm login`/);
    expect(await published()).toEqual(nothing);
  });

  it('python, for which uv has nothing to log in with', async () => {
    vi.stubEnv('UV_PUBLISH_PASSWORD', undefined);
    await expect(publish()).rejects.toThrow(/^Nothing of 1.0.0 was published now:\n- python: set UV_PUBLISH_TOKEN/);
    expect(await published()).toEqual(nothing);
  });

  it('go, whose remote takes no pushes', async () => {
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'remote.origin.receivepack');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'false');
    await expect(publish()).rejects.toThrow(
      /^Nothing of 1.0.0 was published now:\n- go: see that it answers, and that you may publish there/,
    );
    expect(await published()).toEqual(nothing);
  });
});

describe('the version exists with other bytes: nothing is published', () => {
  it('npm', async () => {
    const file = join(artefacts, `example-protos-${version}.tgz`);
    await startNpm();
    await run('tar', ['-xzf', file], { cwd: artefacts });
    await writeFile(join(artefacts, 'package/README.md'), 'Other.\n');
    await run('npm', ['publish', '--loglevel', 'error', '--ignore-scripts'], { cwd: join(artefacts, 'package') });
    const before = await published();
    await expect(publish()).rejects.toThrow('npm: give what is new another version');
    expect(await published()).toEqual(before);
  });

  it('python', async () => {
    const sdist = join(artefacts, `example_protos-${version}.tar.gz`);
    await publish();
    await writeFile(sdist, Buffer.concat([await readFile(sdist), Buffer.from('x')]));
    await expect(publish()).rejects.toThrow('python: give what is new another version');
    expect(await published()).toEqual(await everything());
  });

  it('go', async () => {
    await publish();
    await run('git', ['commit', '--quiet', '--allow-empty', '--message', 'Later'], { cwd: options.root });
    await run('git', ['tag', '--force', `v${version}`], { cwd: options.root });
    await expect(publish()).rejects.toThrow('go: give what is new another version');
  });
});
