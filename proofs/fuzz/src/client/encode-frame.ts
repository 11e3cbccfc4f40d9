import { frame, type RawFrame } from '@example/http2/testing';

/** @param length what its length field says, when that is not the truth */
export function encodeFrame({ type, flags, streamId, payload }: RawFrame, length?: number): Buffer {
  return frame(type, flags, streamId, payload, length);
}
