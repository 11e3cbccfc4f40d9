import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The first number of added fields and values; released ones have lower numbers. */
const firstNumber = 100;

/** The folder `proto` of a repository, and edits of its files as text. */
export class ProtoFolder {
  readonly #root: string;
  #number = firstNumber;

  /** @param root of a repository */
  constructor(root: string) {
    this.#root = root;
  }

  /** @returns a number that no field or value has yet */
  nextNumber(): number {
    return this.#number++;
  }

  write(path: string, text: string): void {
    const file = join(this.#root, 'proto', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Replaces the first occurrence. @throws {Error} when there is no occurrence */
  replace(path: string, from: string, to: string): void {
    const text = readFileSync(join(this.#root, 'proto', path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(
      path,
      text.replace(from, () => to),
    );
  }

  append(path: string, text: string): void {
    appendFileSync(join(this.#root, 'proto', path), text);
  }

  insertAfter(path: string, line: string, text: string): void {
    this.replace(path, `${line}\n`, `${line}\n${text}\n`);
  }

  import(path: string, imported: string): void {
    const text = readFileSync(join(this.#root, 'proto', path), 'utf8');
    const line = `import "${imported}";`;
    if (!text.includes(line)) this.replace(path, '\npackage ', `\n${line}\npackage `);
  }
}
