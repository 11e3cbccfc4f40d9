/**
 * What handlers may read from their stores in one turn of the event loop, in bytes. Requests that arrive together are
 * handled together, and a store in the process is read at once: without this limit, 250 small requests on one
 * connection would bring 250 pages into memory before the first of them is counted.
 */
const bytesPerTurn = 4 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly resume: () => void;
}

let usedInTurn = 0;
const waiting: Waiting[] = [];

/** Waits for a turn of the event loop in which `bytes` more may be read; alone in a turn any number may. */
export async function turnToRead(bytes: number): Promise<void> {
  if (waiting.length > 0 || !fits(bytes)) await new Promise<void>((resume) => waiting.push({ bytes, resume }));
  else use(bytes);
}

function fits(bytes: number): boolean {
  return usedInTurn === 0 || usedInTurn + bytes <= bytesPerTurn;
}

function use(bytes: number): void {
  if (usedInTurn === 0) setImmediate(nextTurn);
  usedInTurn += bytes;
}

function nextTurn(): void {
  usedInTurn = 0;
  for (let first = waiting[0]; first !== undefined && fits(first.bytes); first = waiting[0]) {
    waiting.shift();
    use(first.bytes);
    first.resume();
  }
}
