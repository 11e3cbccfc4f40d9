import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { type Frame, uint31 } from './frame.ts';
import { frameHeaderBytes, maxFrameBytes } from './frame-type.ts';

const nothing = Buffer.alloc(0);
/**
 * When an incomplete frame has this many pieces, they are joined. A frame in tiny pieces therefore needs little more
 * memory than its bytes.
 */
const maxPieces = 32;

/** Splits the bytes read from a socket into frames: RFC 9113, sections 3.4 and 4.1. */
export class FrameReader {
  readonly #preface: Buffer;
  readonly #frame: Frame = { type: 0, flags: 0, streamId: 0, bytes: nothing, start: 0, end: 0 };
  #hasPreface: boolean;
  /** The pieces of a frame that is not complete. */
  #pieces: Buffer[] = [];
  /** The total length of `#pieces`. While the preface is read, the number of its bytes that have arrived. */
  #pieceBytes = 0;
  /** The total length of the incomplete frame, or 0 while its header is not complete. */
  #needed = 0;

  /** @param preface the bytes that the peer must send before its first frame; empty for a peer without a preface */
  constructor(preface: Buffer) {
    this.#preface = preface;
    this.#hasPreface = preface.length === 0;
  }

  /** Whether a frame or the preface has started but is not complete. */
  get isWithinFrame(): boolean {
    return this.#pieceBytes > 0;
  }

  /**
   * @param onFrame receives an object that is valid only during the call. The bytes it refers to stay valid. Returns
   *   false to stop reading
   * @throws ConnectionError
   */
  read(chunk: Buffer, onFrame: (frame: Frame) => boolean): void {
    let at = this.#hasPreface ? 0 : this.#readPreface(chunk);
    if (!this.#hasPreface) return;
    if (this.#pieceBytes > 0) {
      at = this.#complete(chunk, at);
      if (this.#pieceBytes > 0) return;
      if (!onFrame(this.#frame)) return;
    }
    while (this.#parse(chunk, at)) {
      at = this.#frame.end;
      if (!onFrame(this.#frame)) return;
    }
    // An idle connection must not keep a chunk of the socket in memory.
    this.#frame.bytes = nothing;
    if (at < chunk.length) this.#keep(chunk.subarray(at));
  }

  /** @returns false if the frame at `at` is not complete @throws ConnectionError FRAME_SIZE_ERROR */
  #parse(bytes: Buffer, at: number): boolean {
    if (bytes.length - at < frameHeaderBytes) return false;
    const length = lengthAt(bytes, at);
    const frame = this.#frame;
    frame.start = at + frameHeaderBytes;
    frame.end = frame.start + length;
    if (frame.end > bytes.length) return false;
    frame.type = bytes[at + 3] as number;
    frame.flags = bytes[at + 4] as number;
    frame.streamId = uint31(bytes, at + 5);
    frame.bytes = bytes;
    return true;
  }

  /** Continues the incomplete frame with bytes of `chunk`. @returns the offset after the bytes that were used */
  #complete(chunk: Buffer, start: number): number {
    let at = start;
    if (this.#needed === 0) {
      at = this.#add(chunk, at, frameHeaderBytes);
      if (this.#pieceBytes < frameHeaderBytes) return at;
      this.#needed = frameHeaderBytes + lengthAt(this.#joined(), 0);
    }
    at = this.#add(chunk, at, this.#needed);
    if (this.#pieceBytes < this.#needed) return at;
    this.#parse(this.#joined(), 0);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#needed = 0;
    return at;
  }

  /** Adds bytes of `chunk` until the pieces have `needed` bytes. @returns the offset after the bytes that were used */
  #add(chunk: Buffer, start: number, needed: number): number {
    const end = Math.min(chunk.length, start + Math.max(0, needed - this.#pieceBytes));
    if (end > start) this.#keep(chunk.subarray(start, end));
    return end;
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieces.length > maxPieces) this.#joined();
  }

  #joined(): Buffer {
    const joined =
      this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#pieceBytes);
    this.#pieces = [joined];
    return joined;
  }

  /** @returns the offset after the bytes that were used @throws ConnectionError PROTOCOL_ERROR */
  #readPreface(chunk: Buffer): number {
    const preface = this.#preface;
    const end = Math.min(chunk.length, preface.length - this.#pieceBytes);
    if (preface.compare(chunk, 0, end, this.#pieceBytes, this.#pieceBytes + end) !== 0) {
      fail(ErrorCode.PROTOCOL_ERROR, 'invalid HTTP/2 connection preface');
    }
    this.#pieceBytes += end;
    if (this.#pieceBytes < preface.length) return end;
    this.#hasPreface = true;
    this.#pieceBytes = 0;
    return end;
  }
}

/** Reads the length of a frame: RFC 9113, section 4.2. @throws ConnectionError FRAME_SIZE_ERROR */
function lengthAt(bytes: Buffer, at: number): number {
  const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  if (length > maxFrameBytes) fail(ErrorCode.FRAME_SIZE_ERROR, 'a frame exceeds SETTINGS_MAX_FRAME_SIZE');
  return length;
}
