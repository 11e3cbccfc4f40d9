import type { Frame } from '../frames/frame.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import type { FrameWriter } from '../frames/frame-writer.ts';

const nothing = new Uint8Array();
const payloadBytes = 8;

interface SentPing {
  readonly at: number;
  readonly onAck: (roundTripMs: number) => void;
}

/** PING frames in both directions: RFC 9113, section 6.7. */
export class Pings {
  readonly #writer: FrameWriter;
  /** Our pings that have not been acknowledged, by the number that is their payload. */
  readonly #sent = new Map<bigint, SentPing>();
  #next = 1n;

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  send(onAck: (roundTripMs: number) => void): void {
    const payload = Buffer.alloc(payloadBytes);
    payload.writeBigUInt64BE(this.#next);
    this.#sent.set(this.#next++, { at: performance.now(), onAck });
    this.#writer.frame(FrameType.PING, 0, 0, nothing, payload, 0, payloadBytes);
  }

  onAck({ bytes, start }: Frame): void {
    const number = bytes.readBigUInt64BE(start);
    const ping = this.#sent.get(number);
    if (ping === undefined) return;
    this.#sent.delete(number);
    ping.onAck(performance.now() - ping.at);
  }

  acknowledge({ bytes, start, end }: Frame): void {
    this.#writer.frame(FrameType.PING, Flag.ACK, 0, nothing, bytes, start, end);
  }
}
