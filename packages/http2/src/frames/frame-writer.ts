import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { copyBytes } from './copy-bytes.ts';
import { Flag, FrameType, frameHeaderBytes, maxFrameBytes } from './frame-type.ts';
import { returnSlab, type Slab, takeSlab } from './slabs.ts';

/** Bytes per turn of the event loop. Beyond this, DATA is queued until the next turn and other frames are flushed. */
const maxTurnBytes = 128 * 1024;
const nothing = new Uint8Array();

/** The write buffer of a connection: serializes frames into a slab, and writes them to the socket once per turn. */
export class FrameWriter {
  readonly #socket: Duplex;
  readonly #onFirstFrame: () => void;
  #slab: Slab | undefined;
  /** The offset in the slab of the first byte that has not been written to the socket yet. */
  #start = 0;
  /** The contents of slabs that were filled earlier in this turn. */
  #filled: Buffer[] = [];
  #turnBytes = 0;
  /** The id of the stream whose DATA frame is the last in the slab and can still grow; 0 if there is no such frame. */
  #openStreamId = 0;
  /** The offset of that frame in the slab. */
  #openAt = 0;
  /** The number of HEADERS and DATA frames so far. */
  messageFrames = 0;
  /** Bytes written to the socket so far. */
  writtenBytes = 0;

  /** @param onFirstFrame called for the first frame of a turn: `flush` is due at the end of that turn */
  constructor(socket: Duplex, onFirstFrame: () => void) {
    this.#socket = socket;
    this.#onFirstFrame = onFirstFrame;
  }

  /** Whether the limit of bytes per turn is reached. */
  get isTurnFull(): boolean {
    return this.#turnBytes >= maxTurnBytes;
  }

  /** Backpressure: DATA should be queued. */
  get isFull(): boolean {
    return this.isTurnFull || this.#socket.writableNeedDrain;
  }

  /** Writes a header block as HEADERS and CONTINUATION: RFC 9113, sections 6.2 and 6.10. */
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
   * Writes DATA (RFC 9113, section 6.1) with `head` and the bytes of `body` from `start` to `end`, together at most
   * `maxFrameBytes`. They are appended to the stream's previous DATA frame if that is still the last frame in the slab.
   */
  data(streamId: number, head: Uint8Array, body: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (!this.#append(streamId, head, body, start, end, endStream)) {
      this.messageFrames++;
      this.frame(FrameType.DATA, endStream ? Flag.END_STREAM : 0, streamId, head, body, start, end);
      this.#openAt = (this.#slab as Slab).used - (frameHeaderBytes + head.length + end - start);
    }
    this.#openStreamId = endStream ? 0 : streamId;
  }

  #append(
    streamId: number,
    head: Uint8Array,
    body: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
  ): boolean {
    const slab = this.#slab;
    if (slab === undefined || this.#openStreamId !== streamId) return false;
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

  /** Writes a frame whose payload is one 32-bit integer: RST_STREAM or WINDOW_UPDATE. */
  integerFrame(type: number, streamId: number, value: number): void {
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(value);
    this.frame(type, 0, streamId, nothing, payload, 0, 4);
  }

  /** Writes any frame: RFC 9113, section 4.1. Its payload is `head` and the bytes of `body` from `start` to `end`. */
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
    this.#openStreamId = 0;
  }

  /** @returns a slab with at least `bytes` of free space */
  #reserve(bytes: number): Slab {
    if (this.#turnBytes === 0) this.#onFirstFrame();
    this.#turnBytes += bytes;
    if (this.#slab !== undefined) {
      if (this.#slab.used + bytes <= this.#slab.bytes.length) return this.#slab;
      this.#setAside(this.#slab);
    }
    this.#slab = takeSlab(bytes);
    this.#start = this.#slab.used;
    return this.#slab;
  }

  #setAside({ bytes, used }: Slab): void {
    if (used > this.#start) this.#filled.push(bytes.subarray(this.#start, used));
  }

  /** Writes all buffered frames to the socket. */
  flush(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    this.#setAside(slab);
    const chunks = this.#filled;
    this.#slab = undefined;
    this.#filled = [];
    this.#openStreamId = 0;
    this.writtenBytes += this.#turnBytes;
    this.#turnBytes = 0;
    this.#write(chunks);
    // If a real socket has nothing left to write, the kernel has copied the bytes, so their space can be reused.
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
