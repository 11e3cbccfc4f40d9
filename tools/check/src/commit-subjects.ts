import { execFileSync } from 'node:child_process';

const longest = 72;

/** The first commits that have to keep to it. */
const since = '2026-11-30T00:00:00Z';

/**
 * Finds commits whose subject is too long.
 *
 * @param repository the root of a Git repository, with as much of its history as there is
 * @returns a line for each
 */
export function longSubjects(repository: string): string[] {
  const args = ['log', '--no-merges', `--since-as-filter=${since}`, '--format=%h %s'];
  const commits = execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).split('\n');
  return commits.flatMap((commit) => {
    const subject = commit.slice(commit.indexOf(' ') + 1);
    return subject.length > longest ? [`${commit}: ${subject.length} characters, not ${longest}`] : [];
  });
}
