import { ConnectionError } from '../connection-error.ts';
import { ErrorCode } from '../error-code.ts';
import { type Frame, uint31 } from './frame.ts';
import { frameHeaderBytes, maxFrameBytes, preface } from './frame-type.ts';

const nothing = Buffer.alloc(0);
/** Small pieces of an unfinished item are put together when there are that many, so that they cost little more than their bytes. */
const mostPieces = 32;

/** Finds the preface and the frames in what a socket reads: RFC 9113, sections 3.4 and 4.1. */
export class FrameReader {
  readonly #frame: Frame = { type: 0, flags: 0, streamId: 0, bytes: nothing, start: 0, end: 0 };
  #hasPreface = false;
  /** What was read of a preface or a frame that is not complete. */
  #pieces: Buffer[] = [];
  /** Their length; of the preface, which is only compared, how much of it there was. */
  #pieceBytes = 0;
  /** How long the frame that was begun is, once its header is there; else 0. */
  #needed = 0;

  /** Whether a frame, or the preface, has begun and not ended. */
  get isWithinFrame(): boolean {
    return this.#pieceBytes > 0;
  }

  /**
   * @param onFrame given an object that is good for the call only; its bytes stay. @returns false to read no further
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
    // An idle connection holds on to no chunk.
    this.#frame.bytes = nothing;
    if (at < chunk.length) this.#keep(chunk.subarray(at));
  }

  /** @returns false when the frame at `at` is not complete @throws ConnectionError FRAME_SIZE_ERROR */
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

  /** Completes the frame that was begun, as far as it goes. @returns how much of the chunk was used */
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

  /** Adds to the pieces until they have `needed` bytes. @returns how much of the chunk was used */
  #add(chunk: Buffer, start: number, needed: number): number {
    const end = Math.min(chunk.length, start + Math.max(0, needed - this.#pieceBytes));
    if (end > start) this.#keep(chunk.subarray(start, end));
    return end;
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieces.length > mostPieces) this.#joined();
  }

  #joined(): Buffer {
    const joined =
      this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#pieceBytes);
    this.#pieces = [joined];
    return joined;
  }

  /** @returns how much of the chunk was used @throws ConnectionError PROTOCOL_ERROR */
  #readPreface(chunk: Buffer): number {
    const end = Math.min(chunk.length, preface.length - this.#pieceBytes);
    if (preface.compare(chunk, 0, end, this.#pieceBytes, this.#pieceBytes + end) !== 0) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'not the preface of HTTP/2');
    }
    this.#pieceBytes += end;
    if (this.#pieceBytes < preface.length) return end;
    this.#hasPreface = true;
    this.#pieceBytes = 0;
    return end;
  }
}

/** RFC 9113, section 4.2. @throws ConnectionError FRAME_SIZE_ERROR */
function lengthAt(bytes: Buffer, at: number): number {
  const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  if (length > maxFrameBytes) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${length} bytes`);
  return length;
}
