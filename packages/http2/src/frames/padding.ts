import { ConnectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import type { Frame } from './frame.ts';

/** Takes the padding off a frame that has the PADDED flag: RFC 9113, sections 6.1 and 6.2. @throws ConnectionError */
export function withoutPadding(frame: Frame): void {
  if (frame.start === frame.end) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'no length of the padding');
  frame.end -= frame.bytes[frame.start] as number;
  frame.start++;
  if (frame.end < frame.start) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'more padding than payload');
}
