import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Records the effects of all servers of a run, in files that survive the processes. */
export class Ledger implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'client-faults-'));
  readonly store = join(this.#folder, 'users.db');
  /** A file with the names of the creates that had an effect. */
  readonly executed = join(this.#folder, 'executed');
  /** A file with a byte for each request. */
  readonly requests = join(this.#folder, 'requests');

  constructor() {
    for (const file of [this.executed, this.requests]) writeFileSync(file, '');
  }

  get requestCount(): number {
    return statSync(this.requests).size;
  }

  /**
   * @param succeeded the names of the successful creates
   * @returns the number of creates with two effects, and of those without any
   */
  check(succeeded: readonly string[]): { readonly doubled: number; readonly lost: number } {
    const executed = readFileSync(this.executed, 'utf8').split('\n').slice(0, -1);
    const once = new Set(executed);
    // A server that is killed between the two writes has stored a name only.
    using database = new DatabaseSync(this.store, { readOnly: true });
    const stored = database.prepare('SELECT name FROM users').all() as { name: string }[];
    const done = new Set([...once, ...stored.map(({ name }) => name)]);
    return { doubled: executed.length - once.size, lost: succeeded.filter((name) => !done.has(name)).length };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
