/** Up to here a loop is faster than `set`, which needs an object for the part that is copied. */
const small = 48;

/** Copies `from` from `start` to `end` into `to`. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > small) {
    to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
    return;
  }
  for (let index = start, place = at; index < end; index++, place++) to[place] = from[index] as number;
}
