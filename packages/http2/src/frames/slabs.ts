const slabBytes = 64 * 1024;
/** What is left of a slab is used further from this size on. */
const usefulBytes = 8 * 1024;
const keptSlabs = 32;

/** Memory that frames are written into. */
export interface Slab {
  readonly bytes: Buffer;
  /** What is before it is in use. */
  used: number;
}

/** Slabs that no connection writes into now: a connection has one only between its first frame of a turn and the end of the turn. */
const free: Slab[] = [];

/** @param bytes that it must have room for at least */
export function takeSlab(bytes: number): Slab {
  const slab = free.pop();
  if (slab !== undefined && slab.bytes.length - slab.used >= bytes) return slab;
  return { bytes: Buffer.allocUnsafeSlow(Math.max(bytes, slabBytes)), used: 0 };
}

export function returnSlab(slab: Slab): void {
  if (free.length < keptSlabs && slab.bytes.length === slabBytes && slabBytes - slab.used >= usefulBytes)
    free.push(slab);
}
