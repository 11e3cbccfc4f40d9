import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Frame types of RFC 9113, section 6. */
export const frameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const flag = { END_STREAM: 1, ACK: 1, END_HEADERS: 4 } as const;

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

/** A header block of literals that are not indexed (RFC 7541, section 6.2.2); names and values under 127 bytes. */
function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}

/** The header block of a gRPC call. */
export function callHeaders(path: string, more: Readonly<Record<string, string>> = {}): Buffer {
  return headerBlock({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  });
}

/** A client that says whatever it is told to, and answers nothing by itself but SETTINGS. */
export class RawHttp2 {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  readonly #waiting = new Set<() => void>();
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
  #unparsed = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.#parse(bytes));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Connects, and says the preface and empty SETTINGS. */
  static async connect(port: number): Promise<RawHttp2> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return RawHttp2.over(socket);
  }

  /** Says the preface and empty SETTINGS on a connection, such as one of TLS. */
  static over(socket: Socket): RawHttp2 {
    const client = new RawHttp2(socket);
    client.send(preface, frame(frameType.SETTINGS, 0, 0));
    return client;
  }

  send(...frames: Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The first frame that has come, or comes, and is what is looked for. @throws when the connection ends before */
  async next(matches: (frame: Frame) => boolean): Promise<Frame> {
    const { promise, resolve } = Promise.withResolvers<Frame>();
    const look = () => {
      const found = this.frames.find(matches);
      if (found !== undefined) resolve(found);
    };
    this.#waiting.add(look);
    look();
    try {
      return await Promise.race([
        promise,
        this.closed.then(() => Promise.reject(new Error('the connection has ended'))),
      ]);
    } finally {
      this.#waiting.delete(look);
    }
  }

  destroy(): void {
    this.socket.destroy();
  }

  #parse(bytes: Buffer): void {
    this.#unparsed = Buffer.concat([this.#unparsed, bytes]);
    while (this.#unparsed.length >= 9) {
      const length = this.#unparsed.readUIntBE(0, 3);
      if (this.#unparsed.length < 9 + length) break;
      const received: Frame = {
        type: this.#unparsed.readUInt8(3),
        flags: this.#unparsed.readUInt8(4),
        streamId: this.#unparsed.readUInt32BE(5),
        payload: this.#unparsed.subarray(9, 9 + length),
      };
      this.#unparsed = this.#unparsed.subarray(9 + length);
      if (received.type === frameType.SETTINGS && received.flags === 0) {
        this.send(frame(frameType.SETTINGS, flag.ACK, 0));
      }
      this.frames.push(received);
    }
    for (const look of this.#waiting) look();
  }
}
