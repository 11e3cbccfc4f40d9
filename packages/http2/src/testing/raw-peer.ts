import type { Socket } from 'node:net';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { frame, parseFrames, type RawFrame } from './raw-frames.ts';

const ping = frame(FrameType.PING, 0, 0, Buffer.from('settled?'));

/** One side of a connection that sends only the frames of a test, and acknowledges SETTINGS. */
export class RawPeer {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  /** Resolves when the socket has closed. */
  readonly closed: Promise<void>;
  readonly #waiting = new Set<() => void>();
  /** True if this side does not acknowledge SETTINGS. */
  protected isSilent = false;
  /** Bytes that precede the first frame. */
  #prefaceBytes: number;
  #unparsed: Buffer = Buffer.alloc(0);

  protected constructor(socket: Socket, prefaceBytes: number) {
    this.socket = socket;
    this.#prefaceBytes = prefaceBytes;
    socket.on('data', (bytes) => this.#parse(bytes));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  send(...frames: Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The first matching frame, received already or in the future. @throws if the connection ends first */
  async next(matches: (frame: RawFrame) => boolean): Promise<RawFrame> {
    const { promise, resolve } = Promise.withResolvers<RawFrame>();
    const check = () => {
      const found = this.frames.find(matches);
      if (found !== undefined) resolve(found);
    };
    this.#waiting.add(check);
    check();
    const lost = this.closed.then(() => {
      throw new Error('the connection has ended');
    });
    try {
      return await Promise.race([promise, lost]);
    } finally {
      this.#waiting.delete(check);
    }
  }

  /** The first frame of a type on a stream. */
  nextOf(type: number, streamId = 0): Promise<RawFrame> {
    return this.next((frame) => frame.type === type && frame.streamId === streamId);
  }

  /** The code of the stream's RST_STREAM. */
  async reset(streamId: number): Promise<number> {
    return (await this.nextOf(FrameType.RST_STREAM, streamId)).payload.readUInt32BE();
  }

  /** The first GOAWAY. */
  async goaway(): Promise<{ lastStream: number; code: number; message: string }> {
    const { payload } = await this.nextOf(FrameType.GOAWAY);
    return {
      lastStream: payload.readUInt32BE(),
      code: payload.readUInt32BE(4),
      message: payload.toString('latin1', 8),
    };
  }

  /** Resolves when the other side has processed everything sent so far. @throws if the connection ends first */
  async settle(): Promise<void> {
    const acks = () => this.frames.filter(({ type, flags }) => type === FrameType.PING && flags === Flag.ACK).length;
    const before = acks();
    this.send(ping);
    await this.next(() => acks() > before);
  }

  /** The bytes of DATA received on a stream so far. */
  dataBytes(streamId: number): number {
    return this.frames
      .filter((frame) => frame.type === FrameType.DATA && frame.streamId === streamId)
      .reduce((sum, { payload }) => sum + payload.length, 0);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #parse(chunk: Buffer): void {
    const bytes = chunk.subarray(this.#prefaceBytes);
    this.#prefaceBytes = Math.max(0, this.#prefaceBytes - chunk.length);
    const { frames, rest } = parseFrames(Buffer.concat([this.#unparsed, bytes]));
    this.#unparsed = rest;
    for (const received of frames) {
      if (received.type === FrameType.SETTINGS && received.flags === 0 && !this.isSilent) {
        this.send(frame(FrameType.SETTINGS, Flag.ACK, 0));
      }
      this.frames.push(received);
    }
    for (const check of this.#waiting) check();
  }
}
