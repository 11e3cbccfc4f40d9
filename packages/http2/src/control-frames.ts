import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint31 } from './frames/frame.ts';
import { Flag, FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';
import type { FrameRates } from './limits/frame-rates.ts';
import type { Limits } from './limits/limits.ts';
import type { Pings } from './pings.ts';
import type { RequestStreams } from './request-streams.ts';
import { decodeSettings, encodeSettings } from './settings.ts';
import type { StreamFrames } from './stream-frames.ts';

const nothing = new Uint8Array();

/** SETTINGS, PING and WINDOW_UPDATE. */
export class ControlFrames {
  readonly #limits: Limits;
  readonly #output: Output;
  readonly #rates: FrameRates;
  readonly #streams: RequestStreams;
  readonly #frames: StreamFrames;
  readonly #pings: Pings;
  #hasPeerSettings = false;
  #areSettingsAcknowledged = false;
  /** SETTINGS_MAX_HEADER_LIST_SIZE. */
  peerMaxHeaderListBytes = Number.POSITIVE_INFINITY;

  constructor(
    limits: Limits,
    output: Output,
    rates: FrameRates,
    streams: RequestStreams,
    frames: StreamFrames,
    pings: Pings,
  ) {
    this.#limits = limits;
    this.#output = output;
    this.#rates = rates;
    this.#streams = streams;
    this.#frames = frames;
    this.#pings = pings;
  }

  /** Whether both sides know each other's SETTINGS. */
  get isGreeted(): boolean {
    return this.#hasPeerSettings && this.#areSettingsAcknowledged;
  }

  /** RFC 9113, section 3.4: our SETTINGS are our preface. */
  greet(): void {
    this.#saySettings(0, encodeSettings(this.#limits));
    this.#streams.receiveFlow.announceFirst();
  }

  #saySettings(flags: number, payload: Uint8Array): void {
    this.#output.frame(FrameType.SETTINGS, flags, 0, nothing, payload, 0, payload.length);
  }

  /** RFC 9113, section 3.4: SETTINGS are the peer's first frame. @throws ConnectionError */
  expectSettings({ type, flags }: Frame): void {
    if (this.#hasPeerSettings) return;
    if (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'no SETTINGS after the preface');
    }
    this.#hasPeerSettings = true;
  }

  /** RFC 9113, section 6.5. @throws ConnectionError */
  onSettings(frame: Frame): void {
    expectStreamZero(frame);
    if ((frame.flags & Flag.ACK) !== 0) {
      if (frame.start !== frame.end) {
        throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'an acknowledgement of SETTINGS with a payload');
      }
      this.#rates.control();
      this.#areSettingsAcknowledged = true;
      this.#streams.onSettingsAcknowledged();
      return;
    }
    this.#rates.settings();
    const { headerTableSizes, initialWindow, maxHeaderListBytes } = decodeSettings(frame);
    const { sender } = this.#streams;
    for (const size of headerTableSizes) sender.encoder.setPeerTableSize(size);
    this.peerMaxHeaderListBytes = maxHeaderListBytes ?? this.peerMaxHeaderListBytes;
    this.#saySettings(Flag.ACK, nothing);
    if (initialWindow !== undefined) this.#streams.setPeerStreamWindow(initialWindow);
  }

  /** RFC 9113, section 6.7. @throws ConnectionError */
  onPing(frame: Frame): void {
    expectStreamZero(frame);
    if (frame.end - frame.start !== 8) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'PING of a wrong size');
    if ((frame.flags & Flag.ACK) !== 0) {
      this.#rates.control();
      this.#pings.onAck(frame);
      return;
    }
    this.#rates.ping();
    this.#pings.answer(frame);
  }

  /** RFC 9113, section 6.9. @throws ConnectionError */
  onWindowUpdate(frame: Frame): void {
    if (frame.end - frame.start !== 4) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'WINDOW_UPDATE of a wrong size');
    }
    this.#rates.control();
    const increment = uint31(frame.bytes, frame.start);
    if (frame.streamId === 0) this.#streams.sender.widen(increment);
    else this.#frames.onWindowUpdate(frame.streamId, increment);
  }
}

/** RFC 9113, section 5.1.1: what is of the connection is on stream 0. @throws ConnectionError PROTOCOL_ERROR */
export function expectStreamZero({ streamId }: Frame): void {
  if (streamId !== 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame of the connection on a stream');
}
