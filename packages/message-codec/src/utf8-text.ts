import { isUtf8 } from 'node:buffer';
import { leaveFastPath } from './leave-fast-path.ts';

const { utf8Slice } = Buffer.prototype as unknown as {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
};

/** @throws `leaveFastPath` for invalid UTF-8 */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  const text = utf8Slice.call(bytes, start, end);
  // U+FFFD stands for invalid UTF-8, unless the bytes themselves contain it.
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) throw leaveFastPath;
  return text;
}
