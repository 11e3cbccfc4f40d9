import type { HeaderBlock } from '../headers/header-block.ts';

/** A block of at most so many bytes is short: most of its fields are in a table. */
const shortBytes = 128;
/** The longest that is kept, in bytes: one with a token, which some clients put in no table. */
const longestBytes = 1_024;
/** How many of each are kept; powers of two. A long block can hold on to more memory. */
const shortPlaces = 32;
const longPlaces = 4;

interface Kept {
  readonly bytes: Buffer;
  readonly version: number;
  readonly block: HeaderBlock;
}

/** Header blocks by their bytes: one that changed no state of the decoder means the same for as long as the dynamic table is the same. */
export class BlockCache {
  readonly #kept: (Kept | undefined)[] = [];

  /** @param version of the dynamic table */
  find(bytes: Buffer, start: number, end: number, version: number): HeaderBlock | undefined {
    if (end - start > longestBytes) return undefined;
    const kept = this.#kept[placeOf(bytes, start, end)];
    if (kept === undefined || kept.version !== version || !areEqual(kept.bytes, bytes, start, end)) return undefined;
    return kept.block;
  }

  keep(bytes: Buffer, start: number, end: number, version: number, block: HeaderBlock): void {
    if (end - start > longestBytes) return;
    this.#kept[placeOf(bytes, start, end)] = { bytes: Buffer.from(bytes.subarray(start, end)), version, block };
  }
}

/** By FNV-1a of its first bytes. */
function placeOf(bytes: Buffer, start: number, end: number): number {
  const isShort = end - start <= shortBytes;
  const hashedEnd = isShort ? end : start + shortBytes;
  let sum = 0x811c9dc5;
  for (let at = start; at < hashedEnd; at++) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  const hash = sum ^ (sum >>> 15);
  return isShort ? hash & (shortPlaces - 1) : shortPlaces + (hash & (longPlaces - 1));
}

function areEqual(kept: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const { length } = kept;
  if (length !== end - start) return false;
  // The call into native code costs as much as this many bytes.
  if (length > shortBytes) return kept.compare(bytes, start, end) === 0;
  for (let at = 0; at < length; at++) if (kept[at] !== bytes[start + at]) return false;
  return true;
}
