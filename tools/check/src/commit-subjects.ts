import { spawnSync } from 'node:child_process';

/** The most characters that a subject may have. */
const longest = 72;

/** Commits before this day are exempt from the rule. */
const since = '2026-11-30T00:00:00Z';

/**
 * Finds commits whose subject is too long, in the history of the repository. A downloaded archive has no history, so
 * nothing is found.
 *
 * @param repository the root of a repository
 * @returns a line for each such commit
 */
export function longSubjects(repository: string): string[] {
  const args = ['log', '--no-merges', `--since-as-filter=${since}`, '--format=%h %s'];
  const { stdout } = spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
  return stdout.split('\n').flatMap((commit) => {
    const subject = commit.slice(commit.indexOf(' ') + 1);
    return subject.length > longest ? [`${commit}: ${subject.length} characters, not ${longest}`] : [];
  });
}
