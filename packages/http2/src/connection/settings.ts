import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Frame, uint32 } from '../frames/frame.ts';
import { maxFrameBytes } from '../frames/frame-type.ts';
import { maxWindowBytes } from '../streams/window-size.ts';

/** The identifiers of settings: RFC 9113, section 6.5.2. */
export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

export type SettingEntry = readonly [id: number, value: number];

const entryBytes = 6;
/** RFC 9113, section 4.2: the length field of a frame has 24 bits. */
const maxFrameSize = 0xffffff;

/** Encodes the payload of a SETTINGS frame: RFC 9113, section 6.5.1. */
export function encodeSettings(entries: readonly SettingEntry[]): Buffer {
  const payload = Buffer.alloc(entries.length * entryBytes);
  entries.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * entryBytes);
    payload.writeUInt32BE(value, index * entryBytes + 2);
  });
  return payload;
}

/**
 * The settings in a SETTINGS frame of the peer that this package uses. A property is undefined if the frame lacks it.
 */
export interface SettingsChange {
  /**
   * All values in order, because a smaller value between two others evicts entries of the table (RFC 7541, section
   * 4.2).
   */
  readonly headerTableSizes: readonly number[];
  readonly initialWindowSize: number | undefined;
  readonly maxConcurrentStreams: number | undefined;
  readonly enablePush: boolean;
}

/** Decodes and checks a SETTINGS frame: RFC 9113, section 6.5. @throws ConnectionError */
export function decodeSettings({ bytes, start, end }: Frame): SettingsChange {
  if ((end - start) % entryBytes !== 0) fail(ErrorCode.FRAME_SIZE_ERROR, 'invalid size of SETTINGS');
  const headerTableSizes: number[] = [];
  let initialWindowSize: number | undefined;
  let maxConcurrentStreams: number | undefined;
  let enablePush = false;
  for (let at = start; at < end; at += entryBytes) {
    const value = uint32(bytes, at + 2);
    switch (bytes.readUInt16BE(at)) {
      case Setting.HEADER_TABLE_SIZE:
        headerTableSizes.push(value);
        break;
      case Setting.ENABLE_PUSH:
        check(value <= 1, ErrorCode.PROTOCOL_ERROR, 'ENABLE_PUSH');
        enablePush = value === 1;
        break;
      case Setting.MAX_CONCURRENT_STREAMS:
        maxConcurrentStreams = value;
        break;
      case Setting.INITIAL_WINDOW_SIZE:
        check(value <= maxWindowBytes, ErrorCode.FLOW_CONTROL_ERROR, 'INITIAL_WINDOW_SIZE');
        initialWindowSize = value;
        break;
      case Setting.MAX_FRAME_SIZE:
        check(value >= maxFrameBytes && value <= maxFrameSize, ErrorCode.PROTOCOL_ERROR, 'MAX_FRAME_SIZE');
        break;
    }
  }
  return { headerTableSizes, initialWindowSize, maxConcurrentStreams, enablePush };
}

function check(isValid: boolean, code: number, name: string): void {
  if (!isValid) fail(code, `invalid value of SETTINGS_${name}`);
}
