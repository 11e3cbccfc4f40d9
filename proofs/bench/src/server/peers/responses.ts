// The responses of every server, which clients check. They have the types of ts-proto, which require every field.
import { createHash } from 'node:crypto';
import { Line, Note, UploadedLines } from '@example/kit/ts-proto/notes/v1';
import { User } from '@example/kit/ts-proto/user/v1';

export const user = User.create({ id: '1', name: 'Aoife', email: 'aoife@example.com' });

/** The number of messages of a stream. */
export const streamLength = 1_000;

export const line = Line.create({ text: 'p-1', indent: 2, width: 29.99 });

const emptyNote = Note.create();
const emptyUpload = UploadedLines.create();

const users = new Map([[user.id, user]]);

/** Small enough for the cache of a core, so that the work takes the same time whatever else the server does. */
const block = Buffer.alloc(64 * 1024);
const blocks = Number(process.env['WORK_BLOCKS'] ?? 0);

function work(): void {
  const hash = createHash('sha256');
  for (let i = 0; i < blocks; i++) hash.update(block);
  hash.digest();
}

/** @throws when there is no such user */
export function findUser(id: string) {
  if (blocks > 0) work();
  const found = users.get(id);
  if (found === undefined) throw new Error(`no user ${id}`);
  return found;
}

/** Returns a new object for each call, as a store would. */
export function note(authorName: string) {
  return {
    ...emptyNote,
    id: 'note-01a1fc77-8326-7349-b947-52d19761f6a4',
    authorName,
    lines: [{ ...line }],
    width: 59.98,
    status: 1,
    createTime: undefined,
  };
}

export function* notes(authorName: string) {
  for (let i = 0; i < streamLength; i++) yield note(authorName);
}

/** Totals the lines of an upload. */
export class Upload {
  #lineCount = 0;
  #totalIndent = 0;

  add({ indent }: { readonly indent: number }): void {
    this.#lineCount += 1;
    this.#totalIndent += indent;
  }

  summary() {
    return { ...emptyUpload, lineCount: this.#lineCount, totalIndent: BigInt(this.#totalIndent) };
  }
}
