import { manifestVersion } from '@example/check';
import { root } from '@example/kit/root';
import { fail, type Streams } from '../commands/streams.ts';
import { releaseNotes } from './release-notes.ts';

const usage = `Prints what CHANGELOG.md says of a version, and how its API differs from that of the version before.

  pnpm release:notes [VERSION]   by default that of the manifests
`;

/** `pnpm release:notes` @returns the exit code */
export function runReleaseNotes(args: readonly string[], { stdout, stderr }: Streams, repository = root): number {
  const [version = manifestVersion(repository), ...rest] = args;
  if (version.startsWith('-') || rest.length > 0) {
    const isAsked = version === '--help';
    (isAsked ? stdout : stderr).write(usage);
    return isAsked ? 0 : 1;
  }
  try {
    stdout.write(releaseNotes(repository, version));
    return 0;
  } catch (error) {
    return fail('pnpm release:notes', error, stderr);
  }
}
