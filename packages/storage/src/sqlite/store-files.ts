import { closeSync, lstatSync, mkdirSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '@example/service-kit';
import { StoreDamagedError } from './errors.ts';

/** A file of an open store, as it was when the store was opened. */
interface StoreFile {
  readonly path: string;
  readonly dev: bigint;
  readonly ino: bigint;
  /** Whether a link is treated as the file to which it leads. */
  readonly mayBeLink: boolean;
  /** The file never gets shorter than this, in bytes. SQLite treats an empty file as an empty database. */
  readonly minLength: bigint;
}

/** Creates the folder of `path` for its owner only, unless it exists. @throws {StoreUnavailableError} */
export function createPrivateFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreUnavailableError(`the folder of ${path} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Creates an empty file for its owner only, unless the file exists. SQLite gives the files that it creates beside it
 * the same permissions.
 *
 * @throws {StoreUnavailableError}
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new StoreUnavailableError(`${path} cannot be created: ${message}`, { cause: error });
  }
}

export type StoreFiles = readonly [
  configured: StoreFile,
  database: StoreFile,
  journal: StoreFile,
  sharedMemory: StoreFile,
];

/**
 * The files of the store at `path`. A connection to the store must be open, because SQLite does not create these files
 * again as long as there is one.
 *
 * @throws {StoreUnavailableError}
 */
export function storeFiles(path: string): StoreFiles {
  const realPath = realpathSync(path);
  // SQLite has opened the journal beside the real database. After a restart it would look beside a file that replaced
  // the database, even beside a link to the real file's new place. So `realPath` must not become a link.
  const files: StoreFiles = [
    fileAt(path, 1n, true),
    fileAt(realPath, 1n, false),
    fileAt(`${realPath}-wal`, 0n, false),
    fileAt(`${realPath}-shm`, 0n, false),
  ];
  checkFiles(files);
  return files;
}

/**
 * Checks that the files are still those that SQLite has open. A commit into any other file would be lost at the next
 * start, or would damage the store.
 *
 * @throws {StoreUnavailableError}
 */
export function checkFiles(files: StoreFiles): void {
  for (const file of files) {
    const fault = faultOf(file);
    if (fault !== undefined) throw new StoreUnavailableError(`${file.path} ${fault}`);
  }
}

/** The first four bytes of a journal without their last bit (https://www.sqlite.org/fileformat2.html#walformat). */
const journalMagic = 0x377f0682;

/**
 * Returns a check that the beginning of the journal is intact. If another program empties the journal, SQLite continues
 * to append to it, but ignores it at the next start. Only the journal is checked in this way: closing another
 * descriptor of the database or of the shared memory would release SQLite's locks on it.
 */
export function journalCheck([, , { path }]: StoreFiles): () => void {
  const journal = openSync(path, 'r');
  const beginning = Buffer.alloc(4);
  return () => {
    const length = readSync(journal, beginning, 0, 4, 0);
    if (length === 0 || beginning.readUInt32BE() >>> 1 === journalMagic >>> 1) return;
    throw new StoreDamagedError(`${path} was truncated ${remedy}`);
  };
}

const remedy = 'while the service uses it: stop the service, restore the store, and start the service again';

function fileAt(path: string, minLength: bigint, mayBeLink: boolean): StoreFile {
  const { dev, ino } = statSync(path, { bigint: true });
  return { path, dev, ino, mayBeLink, minLength };
}

function faultOf({ path, dev, ino, mayBeLink, minLength }: StoreFile): string | undefined {
  try {
    const found = (mayBeLink ? statSync : lstatSync)(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return `was removed ${remedy}`;
    if (found.ino !== ino || found.dev !== dev) return `was replaced ${remedy}`;
    if (found.size < minLength) return `was truncated ${remedy}`;
    return found.nlink > 1n ? `has ${found.nlink} hard links: remove all but one` : undefined;
  } catch (error) {
    return `cannot be reached: ${(error as Error).message}`;
  }
}
