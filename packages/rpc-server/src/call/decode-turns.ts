/** What all calls together decode before other events are handled, in bytes: a few milliseconds of empty fields. */
const turnBytes = 32 * 1024;

let left = turnBytes;
const waiting: { readonly bytes: number; readonly start: () => void }[] = [];

/**
 * Call it before decoding. Many messages that arrive at once, or are decompressed at once, would otherwise hold the
 * event loop together, though none does alone.
 *
 * @param bytes to decode; one message may have more than a turn
 * @returns undefined when decoding may start at once, or a promise of a later turn of the event loop
 */
export function decodeTurn(bytes: number): Promise<void> | undefined {
  // The bytes of earlier turns count, too, so that nothing has to be scheduled until they are many.
  if (left > 0 && waiting.length === 0) {
    left -= bytes;
    return undefined;
  }
  if (waiting.length === 0) setImmediate(startTurn);
  return new Promise((start) => waiting.push({ bytes, start }));
}

function startTurn(): void {
  left = turnBytes;
  let count = 0;
  for (; count < waiting.length && left > 0; count++) {
    const { bytes, start } = waiting[count] as (typeof waiting)[number];
    left -= bytes;
    start();
  }
  waiting.splice(0, count);
  if (waiting.length > 0) setImmediate(startTurn);
}
