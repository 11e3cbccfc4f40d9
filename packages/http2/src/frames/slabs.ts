const slabBytes = 64 * 1024;
/** A slab with less free space than this is not reused. */
const minFreeBytes = 8 * 1024;
const maxFreeSlabs = 32;

/** A block of memory that frames are written into. */
export interface Slab {
  readonly bytes: Buffer;
  /** The bytes before this offset are in use. */
  used: number;
}

/**
 * Slabs that no connection is writing into. A connection holds a slab only from its first frame in a turn of the event
 * loop until the end of the turn.
 */
const free: Slab[] = [];

/** @param bytes the free space that is needed */
export function takeSlab(bytes: number): Slab {
  const slab = free.pop();
  if (slab !== undefined && slab.bytes.length - slab.used >= bytes) return slab;
  return { bytes: Buffer.allocUnsafeSlow(Math.max(bytes, slabBytes)), used: 0 };
}

export function returnSlab(slab: Slab): void {
  const isUseful = slab.bytes.length === slabBytes && slabBytes - slab.used >= minFreeBytes;
  if (isUseful && free.length < maxFreeSlabs) free.push(slab);
}
