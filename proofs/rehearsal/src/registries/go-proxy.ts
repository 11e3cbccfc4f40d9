import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { buildProgram } from '@example/kit/toolchains';
import { run, type Target, type TargetOptions } from '@example/release';
import { startProcess } from './process.ts';
import type { Registry } from './registry.ts';

/** A module proxy, and the checksum database of its modules. */
export interface GoProxy extends Registry {
  /** Publishes a version, as the first request for a new tag does at a public proxy. */
  target(options: Pick<TargetOptions, 'folder' | 'version'>): Target;
}

/** A pattern of the modules that are not in the checksum database: those whose name does not begin with "ex". */
const others = '[^e]*,e[^x]*';

/**
 * Starts a proxy of `example.com/protos`. The downloads of its clients are stored in the folder.
 *
 * @param folder for its files
 */
export async function startGoProxy(folder: string): Promise<GoProxy> {
  const modules = join(folder, 'modules');
  const versions = join(modules, `${names.goModule}/@v`);
  await mkdir(versions, { recursive: true });
  const program = await buildProgram(join(root, 'tools/go'), './module-proxy', 'module-proxy');
  const { line, close } = await startProcess({ program, args: ['-modules', modules], cwd: folder, listening: 'sumdb' });
  const { url, sumdb } = JSON.parse(line) as { url: string; sumdb: string };
  return {
    url,
    env: await clientEnvironment(url, sumdb, join(folder, 'gopath')),
    target: (options) => proxyTarget(versions, options),
    close,
  };
}

function proxyTarget(versions: string, { folder, version }: Pick<TargetOptions, 'folder' | 'version'>): Target {
  return {
    name: 'tag',
    what: `${names.goModule}@v${version}`,
    isPublished: async () => existsSync(join(versions, `v${version}.zip`)),
    checkAccess: async () => {},
    async publish() {
      for (const ending of ['info', 'mod', 'zip']) {
        await copyFile(join(folder, `v${version}.${ending}`), join(versions, `v${version}.${ending}`));
      }
      await appendFile(join(versions, 'list'), `v${version}\n`);
    },
  };
}

async function clientEnvironment(url: string, sumdb: string, gopath: string): Promise<NodeJS.ProcessEnv> {
  const [cache, proxy] = (await run('go', ['env', 'GOMODCACHE', 'GOPROXY'], { cwd: root })).split('\n');
  return {
    GOPROXY: `${url},file://${cache}/cache/download,${proxy}`,
    GOSUMDB: sumdb,
    GONOSUMDB: others,
    GOPRIVATE: '',
    GOPATH: gopath,
    GOMODCACHE: join(gopath, 'pkg/mod'),
    // -modcacherw makes files removable; -trimpath makes cache entries independent of the folder.
    GOFLAGS: '-modcacherw -trimpath',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
  };
}
