import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goModulePath } from '../artefacts/pack.ts';
import type { ReleaseRecord } from '../prepare/release-record.ts';
import { run } from '../run.ts';
import { startVanityServer } from './vanity-server.ts';

/**
 * Makes the module from the tag with Go, in the same way as module proxies and `go get`. Compares its sums with the
 * sums in release.json.
 *
 * @param root of a repository that has the tag
 * @returns the problems, each with a remedy
 */
export async function checkModule(root: string, { version, goSums }: ReleaseRecord): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'module-'));
  const vanity = await startVanityServer(root);
  try {
    // An empty cache and no proxy, so that Go uses only the tag.
    const empty = { GOPROXY: 'direct', GOPATH: folder, GOMODCACHE: join(folder, 'mod'), GOWORK: 'off' };
    const env = { ...process.env, ...vanity.env, ...empty };
    const args = ['mod', 'download', '-modcacherw', '-json', `${goModulePath(root)}@v${version}`];
    const made = JSON.parse(await run('go', args, { cwd: folder, env })) as GoDownload;
    if (made.Sum === goSums.zip && made.GoModSum === goSums.mod) return [];
    const [found, recorded] = [`${made.Sum} and ${made.GoModSum}`, `${goSums.zip} and ${goSums.mod}`];
    const advice = 'look in .gitattributes for files that `git archive` leaves out and Go does not';
    return [`Go makes of v${version} a module with the sums ${found}, and release.json has ${recorded}: ${advice}`];
  } catch (error) {
    return [`Go cannot make a module of v${version}: ${(error as Error).message}`];
  } finally {
    await vanity.close();
    await rm(folder, { recursive: true });
  }
}

/** The output of `go mod download -json`, https://go.dev/ref/mod#go-mod-download */
interface GoDownload {
  readonly Sum: string;
  readonly GoModSum: string;
}
