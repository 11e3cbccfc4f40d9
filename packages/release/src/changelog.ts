const heading = /^## (?<version>\S+) \((?<date>\d{4}-\d\d-\d\d)\)$/;

export interface ChangelogEntry {
  readonly version: string;
  /** Of the release, `2026-11-21`. */
  readonly date: string;
  /** Markdown. */
  readonly notes: string;
}

/** @returns the versions of a CHANGELOG.md, as they stand there */
export function readChangelog(text: string): ChangelogEntry[] {
  return text.split(/^(?=## )/m).flatMap((section) => {
    const [first = '', ...notes] = section.split('\n');
    const { version, date } = heading.exec(first)?.groups ?? {};
    return version && date ? [{ version, date, notes: notes.join('\n').trim() }] : [];
  });
}

/** @throws {Error} when the changelog does not have the version */
export function releaseDate(text: string, version: string): string {
  const entry = readChangelog(text).find((candidate) => candidate.version === version);
  if (!entry) throw new Error(`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)": write one`);
  return entry.date;
}
