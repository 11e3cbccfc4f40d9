import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Frame, uint31 } from '../frames/frame.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import type { Pings } from './pings.ts';
import type { ConnectionParts, Role } from './role.ts';
import { decodeSettings, encodeSettings, type SettingEntry } from './settings.ts';

const nothing = new Uint8Array();

/** Handles SETTINGS, PING and WINDOW_UPDATE. */
export class ControlFrameHandler {
  readonly #parts: ConnectionParts;
  readonly #role: Role;
  readonly #pings: Pings;
  #hasPeerSettings = false;
  #hasSettingsAck = false;

  constructor(parts: ConnectionParts, role: Role, pings: Pings) {
    this.#parts = parts;
    this.#role = role;
    this.#pings = pings;
  }

  /** Whether both sides have received each other's SETTINGS. */
  get hasExchangedSettings(): boolean {
    return this.#hasPeerSettings && this.#hasSettingsAck;
  }

  /** Sends our first SETTINGS (RFC 9113, section 3.4), and enlarges the connection window. */
  sendSettings(entries: readonly SettingEntry[]): void {
    this.#writeSettings(0, encodeSettings(entries));
    this.#parts.inbound.sendInitialUpdate();
  }

  #writeSettings(flags: number, payload: Uint8Array): void {
    this.#parts.writer.frame(FrameType.SETTINGS, flags, 0, nothing, payload, 0, payload.length);
  }

  /** RFC 9113, section 3.4: the first frame of the peer is SETTINGS. @throws ConnectionError */
  checkFirstFrame({ type, flags }: Frame): void {
    if (this.#hasPeerSettings) return;
    if (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0) {
      fail(ErrorCode.PROTOCOL_ERROR, 'SETTINGS expected as the first frame');
    }
    this.#hasPeerSettings = true;
  }

  /** RFC 9113, section 6.5. @throws ConnectionError */
  onSettings(frame: Frame): void {
    checkStreamZero(frame, 'SETTINGS');
    if ((frame.flags & Flag.ACK) !== 0) {
      this.#onSettingsAck(frame);
      return;
    }
    const { floodGuard, sender } = this.#parts;
    floodGuard.onSettings();
    const change = decodeSettings(frame);
    const { headerTableSizes, initialWindowSize } = change;
    for (const size of headerTableSizes) sender.setHeaderTableSize(size);
    this.#writeSettings(Flag.ACK, nothing);
    if (initialWindowSize !== undefined) sender.setInitialStreamWindow(initialWindowSize, this.#role.streams.open());
    this.#role.onSettings(change);
  }

  #onSettingsAck({ start, end }: Frame): void {
    if (start !== end) fail(ErrorCode.FRAME_SIZE_ERROR, 'acknowledgement of SETTINGS with a payload');
    this.#parts.floodGuard.onControlFrame();
    this.#hasSettingsAck = true;
    this.#parts.inbound.onSettingsAck(this.#role.streams.open());
  }

  /** RFC 9113, section 6.7. @throws ConnectionError */
  onPing(frame: Frame): void {
    checkStreamZero(frame, 'PING');
    if (frame.end - frame.start !== 8) fail(ErrorCode.FRAME_SIZE_ERROR, 'invalid size of PING');
    if ((frame.flags & Flag.ACK) !== 0) {
      this.#parts.floodGuard.onControlFrame();
      this.#pings.onAck(frame);
      return;
    }
    this.#parts.floodGuard.onPing();
    this.#pings.acknowledge(frame);
  }

  /** RFC 9113, section 6.9. @throws ConnectionError */
  onWindowUpdate(frame: Frame): void {
    if (frame.end - frame.start !== 4) fail(ErrorCode.FRAME_SIZE_ERROR, 'invalid size of WINDOW_UPDATE');
    this.#parts.floodGuard.onControlFrame();
    const increment = uint31(frame.bytes, frame.start);
    if (frame.streamId === 0) this.#parts.sender.onConnectionWindowUpdate(increment);
    else this.#role.frames.onWindowUpdate(frame.streamId, increment);
  }
}

/** RFC 9113, section 5.1.1: frames of the connection are on stream 0. @throws ConnectionError PROTOCOL_ERROR */
export function checkStreamZero({ streamId }: Frame, name: string): void {
  if (streamId !== 0) fail(ErrorCode.PROTOCOL_ERROR, `${name} on a stream`);
}
