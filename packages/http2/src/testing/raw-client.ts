import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Flag, FrameType, preface } from '../frames/frame-type.ts';
import { frame, parseFrames, type RawFrame, settingsPayload } from './raw-frames.ts';

export function settings(...entries: readonly (readonly [id: number, value: number])[]): Buffer {
  return frame(FrameType.SETTINGS, 0, 0, settingsPayload(entries));
}

export type Fields = readonly (readonly [name: string, value: string])[];

/**
 * Encodes fields as literals without indexing (RFC 7541, section 6.2.2), even invalid ones: one character per octet.
 */
export function literals(fields: Fields): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), string(name), string(value)]));
}

function string(text: string): Buffer {
  const length = text.length < 127 ? [text.length] : [127, ((text.length - 127) & 127) | 128, (text.length - 127) >> 7];
  return Buffer.concat([Buffer.from(length), Buffer.from(text, 'latin1')]);
}

export const requestFields: Fields = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'localhost'],
];

/** The headers of a request to which `SummaryHandler` never responds. */
export const heldFields: Fields = requestFields.map(([name, value]) => [name, name === ':path' ? '/held' : value]);

/** The HEADERS frame of a request, by default without a body. */
export function request(streamId: number, flags: number = Flag.END_STREAM, fields: Fields = requestFields): Buffer {
  return frame(FrameType.HEADERS, flags | Flag.END_HEADERS, streamId, literals(fields));
}

export function data(streamId: number, length: number, flags: number = 0): Buffer {
  return frame(FrameType.DATA, flags, streamId, Buffer.alloc(length));
}

const ping = frame(FrameType.PING, 0, 0, Buffer.from('settled?'));

/**
 * A client that sends only the frames of a test, and acknowledges SETTINGS. A silent client does not even acknowledge.
 */
export class RawClient {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  /** Resolves when the socket has closed. */
  readonly closed: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #isSilent = true;
  #unparsed: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.#parse(bytes));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Connects without sending anything. */
  static async connectSilently(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connects and sends the preface and SETTINGS. */
  static async connect(port: number, firstFrame: Buffer = settings()): Promise<RawClient> {
    return (await RawClient.connectSilently(port)).#sendPreface(firstFrame);
  }

  /** Sends the preface and SETTINGS on an existing socket, for example one with TLS. */
  static over(socket: Socket): RawClient {
    return new RawClient(socket).#sendPreface(settings());
  }

  #sendPreface(firstFrame: Buffer): this {
    this.#isSilent = false;
    this.send(preface, firstFrame);
    return this;
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

  /** Resolves when the server has processed everything sent so far. @throws if the connection ends first */
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

  #parse(bytes: Buffer): void {
    const { frames, rest } = parseFrames(Buffer.concat([this.#unparsed, bytes]));
    this.#unparsed = rest;
    for (const received of frames) {
      if (received.type === FrameType.SETTINGS && received.flags === 0 && !this.#isSilent) {
        this.send(frame(FrameType.SETTINGS, Flag.ACK, 0));
      }
      this.frames.push(received);
    }
    for (const check of this.#waiting) check();
  }
}
