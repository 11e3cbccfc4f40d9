import type { HeaderBlock } from '../headers/header-block.ts';

/** The longest block that is kept, in bytes: one whose fields are in a table is short. */
const longest = 128;
/** A power of two. */
const places = 32;

interface Kept {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly block: HeaderBlock;
}

/** Header blocks by their bytes: one that changed no state of the decoder means the same for as long as the dynamic table is the same. */
export class BlockCache {
  readonly #kept: (Kept | undefined)[] = [];

  /** @param version of the dynamic table */
  find(bytes: Uint8Array, start: number, end: number, version: number): HeaderBlock | undefined {
    if (end - start > longest) return undefined;
    const kept = this.#kept[hash(bytes, start, end)];
    if (kept === undefined || kept.version !== version || kept.bytes.length !== end - start) return undefined;
    for (let at = 0; at < kept.bytes.length; at++) {
      if (kept.bytes[at] !== bytes[start + at]) return undefined;
    }
    return kept.block;
  }

  keep(bytes: Uint8Array, start: number, end: number, version: number, block: HeaderBlock): void {
    if (end - start > longest) return;
    this.#kept[hash(bytes, start, end)] = { bytes: new Uint8Array(bytes.subarray(start, end)), version, block };
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0x811c9dc5;
  for (let at = start; at < end; at++) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return (sum ^ (sum >>> 15)) & (places - 1);
}
