import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { Frame } from './frame.ts';

/** Narrows a frame that has the PADDED flag to its content: RFC 9113, sections 6.1 and 6.2. @throws ConnectionError */
export function stripPadding(frame: Frame): void {
  if (frame.start === frame.end) fail(ErrorCode.FRAME_SIZE_ERROR, 'padded frame without a padding length');
  frame.end -= frame.bytes[frame.start] as number;
  frame.start++;
  if (frame.end < frame.start) fail(ErrorCode.PROTOCOL_ERROR, 'padding exceeds the frame payload');
}
