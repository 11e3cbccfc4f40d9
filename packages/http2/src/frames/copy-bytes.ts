/** Up to this length a loop is faster than `set`, which needs a view object for a part of an array. */
const maxLoopBytes = 48;

/** Copies the bytes of `from` between `start` and `end` to `to`, beginning at `at`. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > maxLoopBytes) {
    to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
    return;
  }
  for (let index = start, place = at; index < end; index++, place++) to[place] = from[index] as number;
}
