import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVanityServer } from '../registries/vanity-server.ts';
import { goModulePath } from '../release/go-module-path.ts';
import type { ReleaseRecord } from '../release/release-record.ts';
import { run } from '../run.ts';

/**
 * Whether Go itself makes of the tag the module whose sums release.json has, as every proxy and `go get` will.
 *
 * @param root of a repository that has the tag
 * @returns what is not so, and what to do
 */
export async function checkModule(root: string, { version, goSums }: ReleaseRecord): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'module-'));
  const vanity = await startVanityServer(root);
  try {
    // Nothing that this machine has of the version, or is told of where to look for it.
    const env = { ...process.env, ...vanity.env, GOPROXY: 'direct', GOPATH: folder, GOMODCACHE: join(folder, 'mod') };
    const args = ['mod', 'download', '-modcacherw', '-json', `${goModulePath(root)}@v${version}`];
    const made = JSON.parse(await run('go', args, { cwd: folder, env: { ...env, GOWORK: 'off' } })) as GoDownload;
    if (made.Sum === goSums.zip && made.GoModSum === goSums.mod) return [];
    return [
      `Go makes of v${version} a module with the sums ${made.Sum} and ${made.GoModSum}, and release.json has ${goSums.zip} and ${goSums.mod}: look for what .gitattributes hides from \`git archive\`, and not from Go`,
    ];
  } catch (error) {
    return [`Go makes no module of v${version}: ${(error as Error).message}`];
  } finally {
    await vanity.close();
    await rm(folder, { recursive: true });
  }
}

/** Of `go mod download -json`, https://go.dev/ref/mod#go-mod-download */
interface GoDownload {
  readonly Sum: string;
  readonly GoModSum: string;
}
