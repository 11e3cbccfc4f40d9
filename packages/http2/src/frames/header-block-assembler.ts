import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { FloodGuard } from '../limits/flood-guard.ts';
import type { Limits } from '../limits/limits.ts';
import { type Frame, uint31 } from './frame.ts';
import { Flag, FrameType } from './frame-type.ts';
import { stripPadding } from './padding.ts';

const nothing = Buffer.alloc(0);

/** An encoded header block, in `bytes` from `start` to `end`. */
export interface EncodedHeaderBlock {
  streamId: number;
  endStream: boolean;
  /** Whether the block's priority makes the stream depend on itself: an error by RFC 7540, section 5.3.1. */
  isSelfDependent: boolean;
  bytes: Buffer;
  start: number;
  end: number;
}

/** Assembles header blocks from HEADERS and CONTINUATION frames: RFC 9113, sections 4.3, 6.2 and 6.10. */
export class HeaderBlockAssembler {
  readonly #limits: Limits;
  readonly #floodGuard: FloodGuard;
  /** Reused for all header blocks of the connection. */
  readonly #block: EncodedHeaderBlock = {
    streamId: 0,
    endStream: false,
    isSelfDependent: false,
    bytes: nothing,
    start: 0,
    end: 0,
  };
  /** The fragments of a block that is not complete. */
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  /** The stream whose CONTINUATION frame has to follow, or 0. */
  #continuedStreamId = 0;

  constructor(limits: Limits, floodGuard: FloodGuard) {
    this.#limits = limits;
    this.#floodGuard = floodGuard;
  }

  /** The size of the fragments of an incomplete block. */
  get heldBytes(): number {
    return this.#fragmentBytes;
  }

  get isWithinBlock(): boolean {
    return this.#continuedStreamId !== 0;
  }

  /** RFC 9113, section 6.10: the frames of a header block are contiguous. @throws ConnectionError */
  checkSequence({ type, streamId }: Frame): void {
    const expected = this.#continuedStreamId;
    if (type === FrameType.CONTINUATION) {
      if (expected === 0) fail(ErrorCode.PROTOCOL_ERROR, 'unexpected CONTINUATION');
      if (streamId !== expected) fail(ErrorCode.PROTOCOL_ERROR, 'CONTINUATION on another stream');
    } else if (expected !== 0) fail(ErrorCode.PROTOCOL_ERROR, 'CONTINUATION expected');
  }

  /** @returns the block if it is complete, valid until the next frame @throws ConnectionError */
  onHeaders(frame: Frame): EncodedHeaderBlock | undefined {
    const { streamId, flags } = frame;
    // RFC 9113, sections 5.1.1 and 8.4: streams with even numbers are pushed streams, which are not supported.
    if (streamId % 2 === 0) fail(ErrorCode.PROTOCOL_ERROR, 'HEADERS on a stream with an even number');
    if ((flags & Flag.PADDED) !== 0) stripPadding(frame);
    const block = this.#block;
    block.streamId = streamId;
    block.isSelfDependent = (flags & Flag.PRIORITY) !== 0 && stripPriority(frame) === streamId;
    block.endStream = (flags & Flag.END_STREAM) !== 0;
    const { bytes, start, end } = frame;
    this.#floodGuard.onHeaders();
    if (start === end) this.#floodGuard.onEmptyFrame();
    this.#checkSize(end - start);
    if ((flags & Flag.END_HEADERS) !== 0) {
      block.bytes = bytes;
      block.start = start;
      block.end = end;
      return block;
    }
    this.#continuedStreamId = streamId;
    this.#keep(bytes.subarray(start, end));
    return undefined;
  }

  /** @returns the block if it is complete, valid until the next frame @throws ConnectionError */
  onContinuation({ flags, bytes, start, end }: Frame): EncodedHeaderBlock | undefined {
    if (start === end) this.#floodGuard.onEmptyFrame();
    this.#checkSize(this.#fragmentBytes + end - start);
    this.#keep(bytes.subarray(start, end));
    if (this.#fragments.length > this.#limits.continuationFrames + 1) {
      fail(ErrorCode.ENHANCE_YOUR_CALM, 'too many CONTINUATION frames in a header block');
    }
    if ((flags & Flag.END_HEADERS) === 0) return undefined;
    const block = this.#block;
    block.bytes = Buffer.concat(this.#fragments, this.#fragmentBytes);
    block.start = 0;
    block.end = this.#fragmentBytes;
    this.#continuedStreamId = 0;
    return block;
  }

  /** Drops the references to the socket's chunks: an idle connection must not keep them in memory. */
  release(): void {
    this.#block.bytes = nothing;
    this.#fragments = [];
    this.#fragmentBytes = 0;
  }

  #keep(fragment: Buffer): void {
    this.#fragments.push(fragment);
    this.#fragmentBytes += fragment.length;
  }

  #checkSize(length: number): void {
    if (length > this.#limits.headerBlockBytes) fail(ErrorCode.ENHANCE_YOUR_CALM, 'header block too large');
  }
}

/** Removes the priority fields from HEADERS: RFC 9113, section 6.2. @returns the stream that it depends on */
function stripPriority(frame: Frame): number {
  if (frame.end - frame.start < 5) fail(ErrorCode.FRAME_SIZE_ERROR, 'HEADERS too short for its priority fields');
  const dependsOn = uint31(frame.bytes, frame.start);
  frame.start += 5;
  return dependsOn;
}
