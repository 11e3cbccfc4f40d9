import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startVanityServer } from '../registries/vanity-server.ts';
import { addresses, urls } from '../rehearsal/addresses.ts';
import { everyCall, expectEqual } from '../rehearsal/expect-output.ts';
import { nodeRuntime } from '../rehearsal/npm-project.ts';
import { pipInstallFromGit } from '../rehearsal/python-project.ts';
import { type Check, newProject } from '../rehearsal/rehearsal.ts';
import { taggedRepository } from './git-repository.ts';

/** The packages from a repository by its tag, without a registry. */
export const fromGitChecks: readonly Check[] = [
  {
    name: 'from git by tag: Go',
    async show(rehearsal) {
      const { folder, tag, says } = await taggedRepository(rehearsal);
      const vanity = await startVanityServer(folder);
      try {
        // What the consumer needs besides has been downloaded for the others.
        const gopath = join(rehearsal.folder, 'gopath-from-git');
        const cache = `file://${rehearsal.env['GOMODCACHE']}/cache/download`;
        const env = { ...vanity.env, GOPATH: gopath, GOMODCACHE: join(gopath, 'pkg/mod'), GOPROXY: cache };
        const project = await newProject(rehearsal, 'go', env);
        await project.run('go', 'mod', 'init', 'consumer');
        await project.run('go', 'get', `example.com/protos@${tag}`);
        await project.run('go', 'mod', 'tidy');
        await project.run('go', 'build', '-o', 'consumer', '.');
        expectEqual(
          await project.run('./consumer', ...addresses(rehearsal)),
          everyCall(says),
          'what the consumer prints',
        );
        return undefined;
      } finally {
        await vanity.close();
      }
    },
  },
  {
    name: 'from git by tag: Python',
    async show(rehearsal) {
      const { folder, tag, says } = await taggedRepository(rehearsal);
      const project = await newProject(rehearsal, 'python');
      const python = await pipInstallFromGit(project, folder, tag);
      expectEqual(
        await project.run(python, 'consumer.py', ...addresses(rehearsal)),
        everyCall(says),
        'what the consumer prints',
      );
      return undefined;
    },
  },
  {
    name: 'from git by tag: pnpm',
    async show(rehearsal) {
      const { folder, tag, commit, says } = await taggedRepository(rehearsal);
      const project = await newProject(rehearsal, 'node');
      const source = (revision: string) => `git+file://${folder}#${revision}&path:/packages/protos`;
      // It builds when it is installed, which pnpm has to be allowed.
      const allowed = JSON.stringify({ allowBuilds: { [`@example/protos@${source(commit)}`]: true } });
      await writeFile(join(project.folder, 'pnpm-workspace.yaml'), allowed);
      await project.run('pnpm', 'add', source(tag), ...nodeRuntime);
      for (const consumer of ['consumer.mjs', 'consumer.cjs']) {
        expectEqual(
          await project.run('node', consumer, ...urls(rehearsal)),
          everyCall(says),
          'what the consumer prints',
        );
      }
      return undefined;
    },
  },
];
