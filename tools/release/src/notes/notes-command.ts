import { manifestVersion } from '@example/check';
import { releaseNotes } from './release-notes.ts';

export const notesUsage = `Prints the part of CHANGELOG.md about a version, and the differences of its API from the
version before.

  pnpm release notes [VERSION]   by default the version of packages/protos/package.json
`;

/** `pnpm release notes` @returns the notes; undefined when the arguments are invalid */
export async function runNotes(args: readonly string[], repository: string): Promise<string | undefined> {
  const [version = manifestVersion(repository), ...rest] = args;
  return version.startsWith('-') || rest.length > 0 ? undefined : releaseNotes(repository, version);
}
