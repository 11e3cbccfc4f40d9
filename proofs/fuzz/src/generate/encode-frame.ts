import { frame, type RawFrame } from '@example/http2/testing';

/** @param length a wrong value for the length field. Default: the true length */
export function encodeFrame({ type, flags, streamId, payload }: RawFrame, length?: number): Buffer {
  return frame(type, flags, streamId, payload, length);
}
