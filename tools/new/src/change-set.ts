import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '@example/kit/command-line';

/** Files to write together: if one of them cannot be made, none is written. */
export class ChangeSet {
  readonly #files = new Map<string, string>();

  /** @param root of the repository, from which all paths start */
  constructor(readonly root: string) {}

  get paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  exists(path: string): boolean {
    return this.#files.has(path) || existsSync(join(this.root, path));
  }

  /** The content of a file after the changes so far. */
  read(path: string): string {
    return this.#files.get(path) ?? readFileSync(join(this.root, path), 'utf8');
  }

  /** @throws {UsageError} when the file exists */
  create(path: string, content: string): void {
    if (this.exists(path))
      throw new UsageError(`${path} exists: remove it, or choose another name. Nothing was written.`);
    this.#files.set(path, content);
  }

  /**
   * @param change returns the new content; undefined when it does not find the place for the change
   * @throws {UsageError} that describes the change when there is no place for it
   */
  edit(path: string, what: string, change: (content: string) => string | undefined): void {
    const before = this.exists(path) ? this.read(path) : undefined;
    const after = before === undefined ? undefined : change(before);
    if (after === undefined) {
      throw new UsageError(`${path} has no place for ${what} any more: make this change by hand. Nothing was written.`);
    }
    if (after !== before) this.#files.set(path, after);
  }

  write(): void {
    for (const [path, content] of this.#files) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** A line for each file, followed by the removed and added lines of changed files. */
  describe(): string {
    return this.paths
      .map((path) => {
        const after = this.read(path);
        if (!existsSync(join(this.root, path))) return `create  ${path} (${after.split('\n').length - 1} lines)\n`;
        const before = readFileSync(join(this.root, path), 'utf8');
        return `change  ${path}\n${changedLines(before.split('\n'), after.split('\n'))}`;
      })
      .join('');
  }
}

/** The lines that only one of the texts has. */
function changedLines(before: readonly string[], after: readonly string[]): string {
  const kept = new Set(after);
  const known = new Set(before);
  const removed = before.filter((line) => !kept.has(line)).map((line) => `          - ${line}\n`);
  const added = after.filter((line) => !known.has(line)).map((line) => `          + ${line}\n`);
  return [...removed, ...added].join('');
}
