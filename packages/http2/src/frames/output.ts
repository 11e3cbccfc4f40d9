import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { copyBytes } from './copy-bytes.ts';
import { Flag, FrameType, frameHeaderBytes, maxFrameBytes } from './frame-type.ts';
import { returnSlab, type Slab, takeSlab } from './slabs.ts';

/** What may be said in one turn, in bytes, before DATA should wait for the next, and the rest be flushed. */
const turnLimit = 128 * 1024;
const nothing = new Uint8Array();

/** Frames on their way out: written into a slab, and given to the socket in one go at the end of the turn. */
export class Output {
  readonly #socket: Duplex;
  readonly #onFirstFrame: () => void;
  #slab: Slab | undefined;
  /** Where in the slab what this connection has not given to the socket begins. */
  #start = 0;
  /** The parts of slabs that were filled before in this turn. */
  #full: Buffer[] = [];
  #turnBytes = 0;
  /** The stream, or 0, and the place of a DATA frame that ends the slab and may still grow. */
  #openStream = 0;
  #openAt = 0;
  /** HEADERS and DATA frames so far. */
  messageFrames = 0;
  /** Given to the socket so far, in bytes. */
  writtenBytes = 0;

  /** @param onFirstFrame called with the first frame of a turn: `flush` should be called at its end */
  constructor(socket: Duplex, onFirstFrame: () => void) {
    this.#socket = socket;
    this.#onFirstFrame = onFirstFrame;
  }

  /** Whether as much was said in this turn as should be. */
  get isTurnFull(): boolean {
    return this.#turnBytes >= turnLimit;
  }

  /** Whether so much waits for the socket that DATA should wait elsewhere. */
  get isFull(): boolean {
    return this.isTurnFull || this.#socket.writableNeedDrain;
  }

  /** RFC 9113, sections 6.2 and 6.10. */
  headers(streamId: number, block: Buffer, endStream: boolean): void {
    this.messageFrames++;
    let type: number = FrameType.HEADERS;
    let flags = endStream ? Flag.END_STREAM : 0;
    let start = 0;
    for (; block.length - start > maxFrameBytes; start += maxFrameBytes) {
      this.frame(type, flags, streamId, nothing, block, start, start + maxFrameBytes);
      type = FrameType.CONTINUATION;
      flags = 0;
    }
    this.frame(type, flags | Flag.END_HEADERS, streamId, nothing, block, start, block.length);
  }

  /**
   * RFC 9113, section 6.1: `head`, and `body` from `start` to `end`, together at most `maxFrameBytes`. They join the stream's last DATA
   * frame when that is still at the end of the slab.
   */
  data(streamId: number, head: Uint8Array, body: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (!this.#grow(streamId, head, body, start, end, endStream)) {
      this.messageFrames++;
      this.frame(FrameType.DATA, endStream ? Flag.END_STREAM : 0, streamId, head, body, start, end);
      this.#openAt = (this.#slab as Slab).used - (frameHeaderBytes + head.length + end - start);
    }
    this.#openStream = endStream ? 0 : streamId;
  }

  #grow(streamId: number, head: Uint8Array, body: Uint8Array, start: number, end: number, endStream: boolean): boolean {
    const slab = this.#slab;
    if (slab === undefined || this.#openStream !== streamId) return false;
    const { bytes } = slab;
    const more = head.length + end - start;
    const length = slab.used - this.#openAt - frameHeaderBytes + more;
    if (length > maxFrameBytes || slab.used + more > bytes.length) return false;
    bytes[this.#openAt] = length >>> 16;
    bytes[this.#openAt + 1] = length >>> 8;
    bytes[this.#openAt + 2] = length;
    if (endStream) bytes[this.#openAt + 4] = Flag.END_STREAM;
    copyBytes(head, 0, head.length, bytes, slab.used);
    copyBytes(body, start, end, bytes, slab.used + head.length);
    slab.used += more;
    this.#turnBytes += more;
    return true;
  }

  /** A frame whose payload is a 32-bit integer: RST_STREAM or WINDOW_UPDATE. */
  integerFrame(type: number, streamId: number, value: number): void {
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(value);
    this.frame(type, 0, streamId, nothing, payload, 0, 4);
  }

  /** RFC 9113, section 4.1: any frame; its payload is `head`, then `body` from `start` to `end`. */
  frame(
    type: number,
    flags: number,
    streamId: number,
    head: Uint8Array,
    body: Uint8Array,
    start: number,
    end: number,
  ): void {
    const length = head.length + end - start;
    const slab = this.#reserve(frameHeaderBytes + length);
    const { bytes, used } = slab;
    bytes[used] = length >>> 16;
    bytes[used + 1] = length >>> 8;
    bytes[used + 2] = length;
    bytes[used + 3] = type;
    bytes[used + 4] = flags;
    bytes[used + 5] = streamId >>> 24;
    bytes[used + 6] = streamId >>> 16;
    bytes[used + 7] = streamId >>> 8;
    bytes[used + 8] = streamId;
    copyBytes(head, 0, head.length, bytes, used + frameHeaderBytes);
    copyBytes(body, start, end, bytes, used + frameHeaderBytes + head.length);
    slab.used = used + frameHeaderBytes + length;
    this.#openStream = 0;
  }

  #reserve(bytes: number): Slab {
    if (this.#turnBytes === 0) this.#onFirstFrame();
    this.#turnBytes += bytes;
    if (this.#slab !== undefined) {
      if (this.#slab.used + bytes <= this.#slab.bytes.length) return this.#slab;
      this.#putAway(this.#slab);
    }
    this.#slab = takeSlab(bytes);
    this.#start = this.#slab.used;
    return this.#slab;
  }

  #putAway({ bytes, used }: Slab): void {
    if (used > this.#start) this.#full.push(bytes.subarray(this.#start, used));
  }

  /** Gives the socket all that there is. */
  flush(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    this.#putAway(slab);
    const chunks = this.#full;
    this.#slab = undefined;
    this.#full = [];
    this.#openStream = 0;
    this.writtenBytes += this.#turnBytes;
    this.#turnBytes = 0;
    this.#write(chunks);
    // A socket of the system that has nothing more to write does not need the bytes any more.
    if (this.#socket.writableLength === 0 && this.#socket instanceof Socket) slab.used = this.#start;
    returnSlab(slab);
  }

  #write(chunks: readonly Buffer[]): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    if (chunks.length === 1) {
      socket.write(chunks[0]);
      return;
    }
    socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    socket.uncork();
  }
}
