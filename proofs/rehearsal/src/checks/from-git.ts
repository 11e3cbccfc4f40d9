import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackageVersion, packageVersion } from '@example/check';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { run, startVanityServer } from '@example/release';
import { nodeRuntime } from '../projects/npm-project.ts';
import { pipInstallFromGit } from '../projects/python-project.ts';
import { type Check, newProject, type Rehearsal } from '../rehearsal.ts';
import { copyRepository } from '../repository-copy.ts';
import { addressesOf, urlsOf } from '../services.ts';
import { expectConsumerOutput } from './consumer-output.ts';

/** The packages from a git repository by its tag, without a registry. */
export const fromGitChecks: readonly Check[] = [
  {
    name: 'from git by tag: Go',
    async show(rehearsal) {
      const { folder, tag, version } = await taggedRepository(rehearsal);
      const vanity = await startVanityServer(folder);
      try {
        // The other dependencies were downloaded by earlier checks.
        const gopath = join(rehearsal.folder, 'gopath-from-git');
        const cache = `file://${rehearsal.env['GOMODCACHE']}/cache/download`;
        const env = { ...vanity.env, GOPATH: gopath, GOMODCACHE: join(gopath, 'pkg/mod'), GOPROXY: cache };
        const project = await newProject(rehearsal, 'go', env);
        await project.run('go', 'mod', 'init', 'consumer');
        await project.run('go', 'get', `${names.goModule}@${tag}`);
        await project.run('go', 'mod', 'tidy');
        await project.run('go', 'build', '-o', 'consumer', '.');
        expectConsumerOutput(version, await project.run('./consumer', ...addressesOf(rehearsal)));
        return undefined;
      } finally {
        await vanity.close();
      }
    },
  },
  {
    name: 'from git by tag: Python',
    async show(rehearsal) {
      const { folder, tag, version } = await taggedRepository(rehearsal);
      const project = await newProject(rehearsal, 'python');
      const python = await pipInstallFromGit(project, folder, tag);
      expectConsumerOutput(version, await project.run(python, 'consumer.py', ...addressesOf(rehearsal)));
      return undefined;
    },
  },
  {
    name: 'from git by tag: pnpm',
    async show(rehearsal) {
      const { folder, tag, commit, version } = await taggedRepository(rehearsal);
      const project = await newProject(rehearsal, 'node');
      const source = (revision: string) => `git+file://${folder}#${revision}&path:/packages/protos`;
      // pnpm builds the package during its installation, which must be allowed.
      const allowed = JSON.stringify({ allowBuilds: { [`${names.npmPackage}@${source(commit)}`]: true } });
      await writeFile(join(project.folder, 'pnpm-workspace.yaml'), allowed);
      await project.run('pnpm', 'add', source(tag), ...nodeRuntime);
      for (const consumer of ['consumer.mjs', 'consumer.cjs']) {
        expectConsumerOutput(version, await project.run('node', consumer, ...urlsOf(rehearsal)));
      }
      return undefined;
    },
  },
];

/** A repository on this machine with the current files, and the tag of their version. */
interface TaggedRepository {
  readonly folder: string;
  readonly tag: string;
  readonly commit: string;
  /** The version that the packages contain. */
  readonly version: PackageVersion;
}

/** Creates the repository if it is missing. */
async function taggedRepository({ folder }: Pick<Rehearsal, 'folder'>): Promise<TaggedRepository> {
  const repository = join(folder, 'tagged');
  const version = packageVersion(root);
  const tag = `v${version.version}`;
  const git = async (...args: string[]) => (await run('git', args, { cwd: repository })).trim();
  const commit = async () => await git('rev-parse', '--verify', '--quiet', `${tag}^{commit}`);
  return { folder: repository, tag, commit: await commit().catch(make), version };

  async function make(): Promise<string> {
    await copyRepository(repository);
    await git('tag', tag);
    return await commit();
  }
}
