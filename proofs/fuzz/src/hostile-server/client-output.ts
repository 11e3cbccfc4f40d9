import { Flag, FrameType, maxFrameBytes, parseFrames, preface, type RawFrame } from '@example/http2/testing';

/** Parses the output of the client, and checks it by RFC 9113. */
export class ClientOutput {
  readonly faults: string[] = [];
  #unparsed = Buffer.alloc(0);
  #hasPreface = false;
  #frames = 0;
  #lastStream = 0;
  #isWithinBlock = false;
  readonly #ended = new Set<number>();

  push(bytes: Buffer): void {
    this.#unparsed = Buffer.concat([this.#unparsed, bytes]);
    if (!this.#hasPreface) {
      if (this.#unparsed.length < preface.length) return;
      if (!this.#unparsed.subarray(0, preface.length).equals(preface)) this.faults.push('the client has no preface');
      this.#hasPreface = true;
      this.#unparsed = this.#unparsed.subarray(preface.length);
    }
    const { frames, rest } = parseFrames(this.#unparsed);
    this.#unparsed = Buffer.from(rest);
    for (const frame of frames) this.#take(frame);
  }

  #take(frame: RawFrame): void {
    const { type, flags, streamId, payload } = frame;
    if (this.#frames++ === 0 && (type !== FrameType.SETTINGS || flags !== 0))
      this.#fault('comes before SETTINGS', frame);
    if (payload.length > maxFrameBytes) this.#fault('is too long', frame);
    if (this.#isWithinBlock !== (type === FrameType.CONTINUATION)) this.#fault('interrupts a header block', frame);
    switch (type) {
      case FrameType.HEADERS:
        if (streamId % 2 === 0 || streamId <= this.#lastStream) this.#fault('opens no new stream', frame);
        this.#lastStream = streamId;
        this.#endIf(frame);
        this.#isWithinBlock = (flags & Flag.END_HEADERS) === 0;
        break;
      case FrameType.CONTINUATION:
        this.#isWithinBlock = (flags & Flag.END_HEADERS) === 0;
        break;
      case FrameType.DATA:
        this.#expectOpen(frame);
        this.#endIf(frame);
        break;
      case FrameType.RST_STREAM:
        if (payload.length !== 4 || streamId === 0 || streamId > this.#lastStream) this.#fault('is invalid', frame);
        this.#ended.add(streamId);
        break;
      case FrameType.SETTINGS:
        if (streamId !== 0 || payload.length % 6 !== 0) this.#fault('is invalid', frame);
        break;
      case FrameType.PING:
        if (streamId !== 0 || payload.length !== 8) this.#fault('is invalid', frame);
        break;
      case FrameType.GOAWAY:
        if (streamId !== 0 || payload.length < 8) this.#fault('is invalid', frame);
        break;
      case FrameType.WINDOW_UPDATE:
        if (payload.length !== 4 || payload.readUInt32BE() === 0) this.#fault('is invalid', frame);
        break;
      default:
        this.#fault('is not a frame that a client sends', frame);
    }
  }

  #expectOpen(frame: RawFrame): void {
    const { streamId } = frame;
    if (streamId === 0 || streamId > this.#lastStream) this.#fault('is on an idle stream', frame);
    if (this.#ended.has(streamId)) this.#fault('comes after the end of its stream', frame);
  }

  #endIf({ flags, streamId }: RawFrame): void {
    if ((flags & Flag.END_STREAM) !== 0) this.#ended.add(streamId);
  }

  #fault(what: string, { type, flags, streamId }: RawFrame): void {
    this.faults.push(`the client's frame of type ${type}, flags ${flags}, stream ${streamId} ${what}`);
  }
}
