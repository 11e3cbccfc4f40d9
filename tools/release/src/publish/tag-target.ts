import { run } from '../run.ts';
import { ConflictError, type Target, type TargetOptions } from './registry-target.ts';

/** The tag at the remote. It publishes the Go module: module proxies make the module from it, and keep it for ever. */
export function tagTarget({ root, version, timeoutMs }: TargetOptions): Target {
  const tag = `refs/tags/v${version}`;
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: root, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' }, timeoutMs })).trim();
  return {
    name: 'tag',
    what: `the tag v${version} at the remote "origin"`,
    async isPublished() {
      // For an annotated tag, git prints a second line with the commit.
      const remote = (await git('ls-remote', 'origin', tag, `${tag}^{}`)).split('\n').at(-1)?.split('\t')[0];
      if (!remote) return false;
      const local = await git('rev-parse', `${tag}^{commit}`);
      if (remote !== local) throw new ConflictError(`v${version} is ${remote} at the remote, and ${local} here`);
      return true;
    },
    async checkAccess() {
      await git('push', '--dry-run', '--quiet', 'origin', tag);
    },
    async publish() {
      await git('push', '--quiet', 'origin', tag);
    },
  };
}
