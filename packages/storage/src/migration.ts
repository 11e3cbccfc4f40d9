/** One step of a schema's history. A released step is never edited: a change is a new step. */
export interface Migration {
  /** Unique in its list and never changed: the store records it. */
  readonly name: string;
  /** Statements, run in one transaction with the record of the step. */
  readonly sql: string;
}

/**
 * @param applied names of the steps that the store has recorded, in order
 * @throws if the store has a step that `migrations` does not have at the same position
 */
export function checkHistory(applied: readonly string[], migrations: readonly Migration[]): void {
  for (const [index, name] of applied.entries()) {
    if (migrations[index]?.name === name) continue;
    throw new Error(
      `the store has the migration ${JSON.stringify(name)} as its step ${index + 1}, which this program does not have: ` +
        'it belongs to a newer release or to another service',
    );
  }
}
