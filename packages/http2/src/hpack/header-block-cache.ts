import type { HeaderBlock } from '../headers/header-block.ts';

/** Up to this length a block is short: most of its fields are in a table. */
const shortBytes = 128;
/**
 * The longest block that is cached, in bytes. It leaves room for an access token, which some clients do not put in a
 * table.
 */
const longestBytes = 1_024;
/** Slots for short and long blocks, powers of two. Long blocks have fewer, since they use more memory. */
const shortSlots = 32;
const longSlots = 4;

/** Up to this number of bytes, a loop in JavaScript compares in less time than a native call. */
const longestLoop = 24;

interface CachedBlock {
  readonly bytes: Buffer;
  readonly version: number;
  readonly block: HeaderBlock;
}

/**
 * Decoded header blocks by their encoded bytes. A block that did not change the dynamic table has the same meaning for
 * as long as the table stays unchanged.
 */
export class HeaderBlockCache {
  readonly #slots: (CachedBlock | undefined)[] = [];

  /** @param version the version of the dynamic table */
  find(bytes: Buffer, start: number, end: number, version: number): HeaderBlock | undefined {
    if (end - start > longestBytes) return undefined;
    const cached = this.#slots[slotOf(bytes, start, end)];
    if (cached === undefined || cached.version !== version) return undefined;
    return areEqual(cached.bytes, bytes, start, end) ? cached.block : undefined;
  }

  add(bytes: Buffer, start: number, end: number, version: number, block: HeaderBlock): void {
    if (end - start > longestBytes) return;
    this.#slots[slotOf(bytes, start, end)] = { bytes: Buffer.from(bytes.subarray(start, end)), version, block };
  }
}

/** The FNV-1a hash of some of the bytes: hashing all of them takes longer than comparing them. */
function slotOf(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  const step = 1 + (length >> 4);
  let sum = 0x811c9dc5 ^ length;
  for (let at = start; at < end; at += step) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  const hash = sum ^ (sum >>> 15);
  return length <= shortBytes ? hash & (shortSlots - 1) : shortSlots + (hash & (longSlots - 1));
}

function areEqual(cached: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const { length } = cached;
  if (length !== end - start) return false;
  if (length > longestLoop) return cached.compare(bytes, start, end) === 0;
  for (let at = 0; at < length; at++) if (cached[at] !== bytes[start + at]) return false;
  return true;
}
