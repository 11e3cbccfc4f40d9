import { frameHeaderBytes } from '../engine.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** RFC 9113, section 4.1. @param length what its length field says */
export function encodeFrame({ type, flags, streamId, payload }: Frame, length = payload.length): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  bytes.writeUIntBE(length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId >>> 0, 5);
  payload.copy(bytes, frameHeaderBytes);
  return bytes;
}

/** The frames that are complete in `bytes`, and what is left of it. */
export function parseFrames(bytes: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= frameHeaderBytes) {
    const start = at + frameHeaderBytes;
    const end = start + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes[at + 3] as number,
      flags: bytes[at + 4] as number,
      streamId: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(start, end),
    });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** A payload of 32-bit integers. */
export function uint32s(...values: readonly number[]): Buffer {
  const payload = Buffer.allocUnsafe(4 * values.length);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value >>> 0, 4 * index);
  return payload;
}

/** The payload of SETTINGS: RFC 9113, section 6.5.1. */
export function settingsPayload(entries: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.allocUnsafe(6 * entries.length);
  entries.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  });
  return payload;
}

/** RFC 9113, section 6.5.2. */
export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;
