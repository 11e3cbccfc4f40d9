import type { Frame } from './frames/frame.ts';
import { Flag, FrameType } from './frames/frame-type.ts';
import type { Output } from './frames/output.ts';

const nothing = new Uint8Array();
const payloadBytes = 8;

interface Sent {
  readonly at: number;
  readonly onAck: (roundTripMs: number) => void;
}

/** Our PING frames: RFC 9113, section 6.7. */
export class Pings {
  readonly #output: Output;
  /** Those without an answer, by the number that is their payload. */
  readonly #sent = new Map<bigint, Sent>();
  #next = 1n;

  constructor(output: Output) {
    this.#output = output;
  }

  send(onAck: (roundTripMs: number) => void): void {
    const payload = Buffer.alloc(payloadBytes);
    payload.writeBigUInt64BE(this.#next);
    this.#sent.set(this.#next++, { at: performance.now(), onAck });
    this.#output.frame(FrameType.PING, 0, 0, nothing, payload, 0, payloadBytes);
  }

  onAck({ bytes, start }: Frame): void {
    const number = bytes.readBigUInt64BE(start);
    const sent = this.#sent.get(number);
    if (sent === undefined) return;
    this.#sent.delete(number);
    sent.onAck(performance.now() - sent.at);
  }

  answer({ bytes, start, end }: Frame): void {
    this.#output.frame(FrameType.PING, Flag.ACK, 0, nothing, bytes, start, end);
  }
}
