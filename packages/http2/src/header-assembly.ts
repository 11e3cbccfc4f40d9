import { ConnectionError } from './connection-error.ts';
import { ErrorCode } from './error-code.ts';
import { type Frame, uint31 } from './frames/frame.ts';
import { Flag, FrameType } from './frames/frame-type.ts';
import { withoutPadding } from './frames/padding.ts';
import type { FrameRates } from './limits/frame-rates.ts';
import type { Limits } from './limits/limits.ts';

/** A header block in one piece. */
export interface EncodedBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  /** RFC 7540, section 5.3.1: the priority says that the stream depends on itself. */
  readonly isSelfDependent: boolean;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A header block whose end has not come. */
interface Begun {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly isSelfDependent: boolean;
  readonly fragments: Buffer[];
  length: number;
}

/** Makes header blocks of HEADERS and CONTINUATION frames: RFC 9113, sections 4.3, 6.2 and 6.10. */
export class HeaderAssembly {
  readonly #limits: Limits;
  readonly #rates: FrameRates;
  #begun: Begun | undefined;

  constructor(limits: Limits, rates: FrameRates) {
    this.#limits = limits;
    this.#rates = rates;
  }

  get isWithinBlock(): boolean {
    return this.#begun !== undefined;
  }

  /** RFC 9113, section 6.10: nothing comes between the frames of a header block. @throws ConnectionError */
  check({ type, streamId }: Frame): void {
    const expected = this.#begun?.streamId;
    if (type === FrameType.CONTINUATION ? streamId !== expected : expected !== undefined) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a CONTINUATION frame where there should be none, or none');
    }
  }

  /** @returns the block when it is complete @throws ConnectionError */
  onHeaders(frame: Frame): EncodedBlock | undefined {
    const { streamId, flags } = frame;
    // RFC 9113, section 5.1.1.
    if (streamId % 2 === 0) throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'HEADERS of a stream of even number');
    if ((flags & Flag.PADDED) !== 0) withoutPadding(frame);
    const isSelfDependent = (flags & Flag.PRIORITY) !== 0 && withoutPriority(frame) === streamId;
    const { bytes, start, end } = frame;
    const endStream = (flags & Flag.END_STREAM) !== 0;
    this.#rates.headers();
    if (start === end) this.#rates.empty();
    this.#checkSize(end - start);
    if ((flags & Flag.END_HEADERS) !== 0) return { streamId, endStream, isSelfDependent, bytes, start, end };
    const fragments = [bytes.subarray(start, end)];
    this.#begun = { streamId, endStream, isSelfDependent, fragments, length: end - start };
    return undefined;
  }

  /** @returns the block when it is complete @throws ConnectionError */
  onContinuation({ flags, bytes, start, end }: Frame): EncodedBlock | undefined {
    const begun = this.#begun as Begun;
    const { streamId, endStream, isSelfDependent, fragments } = begun;
    if (start === end) this.#rates.empty();
    fragments.push(bytes.subarray(start, end));
    begun.length += end - start;
    this.#checkSize(begun.length);
    if (fragments.length > this.#limits.continuationFrames + 1) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'a header block in too many frames');
    }
    if ((flags & Flag.END_HEADERS) === 0) return undefined;
    this.#begun = undefined;
    const block = Buffer.concat(fragments, begun.length);
    return { streamId, endStream, isSelfDependent, bytes: block, start: 0, end: block.length };
  }

  #checkSize(length: number): void {
    if (length > this.#limits.headerBlockBytes) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'a header block that is too large');
    }
  }
}

/** Takes the priority off HEADERS: RFC 9113, section 6.2. @returns the stream that it depends on */
function withoutPriority(frame: Frame): number {
  if (frame.end - frame.start < 5) throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'no priority');
  const dependsOn = uint31(frame.bytes, frame.start);
  frame.start += 5;
  return dependsOn;
}
