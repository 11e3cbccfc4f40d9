import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { releasedApis, releaseFiles, run } from '@example/release';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GoProxy, startGoProxy } from './go-proxy.ts';

/** The version of the newest release. Before the first release there is nothing to serve. */
const version = releasedApis(root).at(-1)?.version ?? '';
const artefacts = join(root, 'releases', version, releaseFiles.artefacts);
const served = `modules/${names.goModule}/@v/v${version}`;

let folder: string;
let proxy: GoProxy;

beforeEach(async ({ skip }) => {
  skip(version === '', 'releases/ is empty');
  folder = await mkdtemp(join(tmpdir(), 'go-proxy-'));
  proxy = await startGoProxy(folder);
  await proxy.target({ folder: artefacts, version }).publish();
});
afterEach(async () => {
  if (version === '') return;
  await proxy.close();
  await rm(folder, { recursive: true });
});

/** @param cache the empty cache of a client */
async function download(cache: string): Promise<unknown> {
  const env = { ...process.env, ...proxy.env, GOMODCACHE: join(folder, cache), GOPATH: join(folder, cache) };
  return JSON.parse(
    await run('go', ['mod', 'download', '-json', `${names.goModule}@v${version}`], { cwd: folder, env }),
  );
}

it('the proxy serves a module with its released sums', async () => {
  const { goSums } = (await import(join(root, 'releases', version, releaseFiles.record), { with: { type: 'json' } }))
    .default;
  expect(await download('first')).toMatchObject({ Version: `v${version}`, Sum: goSums.zip, GoModSum: goSums.mod });
});

it('the proxy lists the published versions', async () => {
  const env = { ...process.env, ...proxy.env };
  const listed = await run('go', ['list', '-m', '-versions', names.goModule], { cwd: folder, env });
  expect(listed.trim()).toBe(`${names.goModule} v${version}`);
});

it('the checksum database detects a zip that was changed later', async () => {
  await download('first');
  const added = `${names.goModule}@v${version}/gen/go/x.go`;
  const change = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'a').writestr('${added}', 'package x')`;
  await run('python3', ['-c', change, join(folder, `${served}.zip`)], { cwd: folder });
  await expect(download('second')).rejects.toThrow(/checksum mismatch.*SECURITY ERROR/s);
});

it('the checksum database detects a go.mod that was changed later', async () => {
  await download('first');
  await appendFile(join(folder, `${served}.mod`), '\n// changed\n');
  await expect(download('second')).rejects.toThrow(/checksum mismatch.*SECURITY ERROR/s);
});
