import { crc32 } from 'node:zlib';
import { ErrorCode, type HeaderList } from '@example/http2';
import { HpackDecoder } from '@example/http2/hpack';
import { Flag, FrameType, maxFrameBytes, parseFrames, type RawFrame } from '@example/http2/testing';

export interface SeenResponse {
  readonly headers: HeaderList;
  bytes: number;
  /** CRC-32 of the body. */
  sum: number;
  trailers: HeaderList | undefined;
  ended: boolean;
}

/** A header block that is not complete. */
interface IncompleteBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly fragments: Buffer[];
}

const listLimit = 1024 * 1024;

/** Parses the output of the server, and checks it by RFC 9113. */
export class ServerOutput {
  readonly responses = new Map<number, SeenResponse>();
  /** The codes of RST_STREAM, by stream. */
  readonly resets = new Map<number, number>();
  readonly pingAcks = new Set<string>();
  /** The code of the last GOAWAY. */
  goaway: number | undefined;
  readonly faults: string[] = [];
  readonly #decoder = new HpackDecoder(listLimit);
  #unparsed = Buffer.alloc(0);
  #frames = 0;
  #block: IncompleteBlock | undefined;

  push(bytes: Buffer): void {
    const { frames, rest } = parseFrames(this.#unparsed.length === 0 ? bytes : Buffer.concat([this.#unparsed, bytes]));
    this.#unparsed = Buffer.from(rest);
    for (const frame of frames) this.#take(frame);
  }

  get isGone(): boolean {
    return this.goaway !== undefined && this.goaway !== ErrorCode.NO_ERROR;
  }

  #take(frame: RawFrame): void {
    const { type, flags, streamId, payload } = frame;
    if (this.#frames++ === 0 && (type !== FrameType.SETTINGS || flags !== 0))
      this.#fault('comes before SETTINGS', frame);
    if (payload.length > maxFrameBytes) this.#fault('is too long', frame);
    if (this.isGone) this.#fault('comes after GOAWAY with an error', frame);
    if ((this.#block === undefined) === (type === FrameType.CONTINUATION))
      this.#fault('interrupts a header block', frame);
    const isOfStream: boolean = type === FrameType.DATA || type === FrameType.HEADERS || type === FrameType.RST_STREAM;
    if (isOfStream && streamId % 2 === 0) this.#fault('is on a stream that no client can open', frame);
    switch (type) {
      case FrameType.DATA:
        this.#onData(frame);
        break;
      case FrameType.HEADERS:
        this.#block = { streamId, endStream: (flags & Flag.END_STREAM) !== 0, fragments: [] };
        this.#onFragment(frame);
        break;
      case FrameType.CONTINUATION:
        this.#onFragment(frame);
        break;
      case FrameType.RST_STREAM:
        if (payload.length !== 4) this.#fault('has an invalid size', frame);
        if (this.resets.has(streamId)) this.#fault('resets a stream twice', frame);
        this.resets.set(streamId, payload.readUInt32BE());
        break;
      case FrameType.SETTINGS:
        if (streamId !== 0 || payload.length % 6 !== 0) this.#fault('is invalid', frame);
        break;
      case FrameType.PING:
        if (streamId !== 0 || payload.length !== 8) this.#fault('is invalid', frame);
        if ((flags & Flag.ACK) !== 0) this.pingAcks.add(payload.toString('latin1'));
        break;
      case FrameType.GOAWAY:
        if (streamId !== 0 || payload.length < 8) this.#fault('is invalid', frame);
        this.goaway = payload.readUInt32BE(4);
        break;
      case FrameType.WINDOW_UPDATE:
        if (payload.length !== 4 || payload.readUInt32BE() === 0 || payload.readUInt32BE() > 0x7fffffff) {
          this.#fault('is invalid', frame);
        }
        break;
      default:
        this.#fault('is not a frame that a server sends', frame);
    }
  }

  #onData(frame: RawFrame): void {
    const response = this.#expectOpen(frame);
    if (response === undefined) return;
    response.bytes += frame.payload.length;
    response.sum = crc32(frame.payload, response.sum);
    response.ended = (frame.flags & Flag.END_STREAM) !== 0;
  }

  #onFragment(frame: RawFrame): void {
    const block = this.#block;
    if (block === undefined) return;
    if (frame.streamId !== block.streamId) this.#fault('continues the header block of another stream', frame);
    block.fragments.push(frame.payload);
    if ((frame.flags & Flag.END_HEADERS) === 0) return;
    this.#block = undefined;
    const bytes = Buffer.concat(block.fragments);
    try {
      this.#onHeaders(frame, this.#decoder.decode(bytes, 0, bytes.length).headers, block.endStream);
    } catch (error) {
      this.#fault(`cannot be decoded: ${(error as Error).message}`, frame);
    }
  }

  #onHeaders(frame: RawFrame, headers: HeaderList, ended: boolean): void {
    if (this.responses.has(frame.streamId)) {
      const response = this.#expectOpen(frame);
      if (response === undefined) return;
      if (!ended) this.#fault('has trailers without END_STREAM', frame);
      response.trailers = headers;
      response.ended = true;
      return;
    }
    if (this.resets.has(frame.streamId)) this.#fault('is on a stream that was reset', frame);
    if (headers.fields[0]?.name !== ':status') this.#fault('is a response without a status', frame);
    this.responses.set(frame.streamId, { headers, bytes: 0, sum: 0, trailers: undefined, ended });
  }

  #expectOpen(frame: RawFrame): SeenResponse | undefined {
    const response = this.responses.get(frame.streamId);
    if (response === undefined) this.#fault('comes before the headers', frame);
    else if (response.ended) this.#fault('comes after the end of the response', frame);
    else if (this.resets.has(frame.streamId)) this.#fault('is on a stream that was reset', frame);
    return response;
  }

  #fault(what: string, { type, flags, streamId }: RawFrame): void {
    this.faults.push(`the server's frame of type ${type}, flags ${flags}, stream ${streamId} ${what}`);
  }
}
