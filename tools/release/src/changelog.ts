const heading = /^## (?<version>\S+) \((?<date>\d{4}-\d\d-\d\d)\)$/;

export interface ChangelogEntry {
  readonly version: string;
  /** The date of the release, such as `2026-11-21`. */
  readonly date: string;
  /** Markdown. */
  readonly notes: string;
}

/** @returns the dated versions of a CHANGELOG.md in its order; a version without a date is not released yet */
export function readChangelog(text: string): ChangelogEntry[] {
  return text.split(/^(?=## )/m).flatMap((section) => {
    const [first = '', ...notes] = section.split('\n');
    const { version, date } = heading.exec(first)?.groups ?? {};
    return version && date ? [{ version, date, notes: notes.join('\n').trim() }] : [];
  });
}

/** @throws {Error} when the changelog has no date for the version */
export function releaseDate(text: string, version: string): string {
  const entry = readChangelog(text).find((candidate) => candidate.version === version);
  if (!entry) throw new Error(`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)": write one`);
  return entry.date;
}
