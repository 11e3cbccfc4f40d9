import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint32 } from './frames/frame.ts';
import { maxFrameBytes } from './frames/frame-type.ts';
import type { Limits } from './limits/limits.ts';

/** RFC 9113, section 6.5.2. */
export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

const settingBytes = 6;
const largestWindow = 0x7fffffff;
const largestFrame = 0xffffff;

/** The payload of our SETTINGS frame. */
export function encodeSettings(limits: Limits): Buffer {
  const settings = [
    [Setting.MAX_CONCURRENT_STREAMS, limits.concurrentStreams],
    [Setting.INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
    [Setting.MAX_HEADER_LIST_SIZE, limits.headerListBytes],
  ] as const;
  const payload = Buffer.alloc(settings.length * settingBytes);
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * settingBytes);
    payload.writeUInt32BE(value, index * settingBytes + 2);
  });
  return payload;
}

/** What a SETTINGS frame of the peer changes. */
export interface SettingsChange {
  /** Each value of HEADER_TABLE_SIZE in turn: a smaller one between two matters (RFC 7541, section 4.2). */
  readonly headerTableSizes: readonly number[];
  readonly initialWindow: number | undefined;
  readonly maxHeaderListBytes: number | undefined;
}

/** Reads SETTINGS of the peer: RFC 9113, section 6.5. @throws ConnectionError */
export function decodeSettings({ bytes, start, end }: Frame): SettingsChange {
  if ((end - start) % settingBytes !== 0) {
    throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'SETTINGS of a wrong size');
  }
  const headerTableSizes: number[] = [];
  let initialWindow: number | undefined;
  let maxHeaderListBytes: number | undefined;
  for (let at = start; at < end; at += settingBytes) {
    const value = uint32(bytes, at + 2);
    switch (bytes.readUInt16BE(at)) {
      case Setting.HEADER_TABLE_SIZE:
        headerTableSizes.push(value);
        break;
      case Setting.ENABLE_PUSH:
        check(value <= 1, ErrorCode.PROTOCOL_ERROR, 'ENABLE_PUSH');
        break;
      case Setting.INITIAL_WINDOW_SIZE:
        check(value <= largestWindow, ErrorCode.FLOW_CONTROL_ERROR, 'INITIAL_WINDOW_SIZE');
        initialWindow = value;
        break;
      case Setting.MAX_FRAME_SIZE:
        check(value >= maxFrameBytes && value <= largestFrame, ErrorCode.PROTOCOL_ERROR, 'MAX_FRAME_SIZE');
        break;
      case Setting.MAX_HEADER_LIST_SIZE:
        maxHeaderListBytes = value;
        break;
    }
  }
  return { headerTableSizes, initialWindow, maxHeaderListBytes };
}

function check(isRight: boolean, code: number, name: string): void {
  if (!isRight) throw new ConnectionError(code, `a value of ${name} that is not allowed`);
}
