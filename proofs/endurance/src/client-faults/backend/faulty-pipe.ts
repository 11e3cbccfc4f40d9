import { connect, type Socket } from 'node:net';
import { DelayLine } from './delay-line.ts';
import { FrameSplitter } from './frame-splitter.ts';

const prefaceBytes = 24;
const types = { data: 0, headers: 1, rstStream: 3, goaway: 7 };
const endStream = 1;
/** A connection is closed at most this long after its GOAWAY, in milliseconds, even if it still has calls. */
const lingerMs = 1_000;

/** A GOAWAY that is sent before a frame of the client. */
export interface GoawayFault {
  /** The number of frames of the client that pass first. */
  readonly afterFrames: number;
  readonly errorCode: number;
}

/** A connection of a client to the server behind a link. */
export class FaultyPipe {
  readonly #client: Socket;
  readonly #server: Socket;
  delayMs = 0;
  /** The calls under way. */
  readonly #streams = new Set<number>();
  #lastStream = 0;
  #goaway: GoawayFault | undefined;
  #framesLeft = 0;
  #isLeaving = false;

  constructor(client: Socket, port: number, onClose: () => void) {
    this.#client = client;
    this.#server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#forward(client, this.#server, prefaceBytes, (frame) => this.#passesToServer(frame));
    this.#forward(this.#server, client, 0, (frame) => this.#passesToClient(frame));
    for (const socket of [client, this.#server]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.destroy();
        onClose();
      });
    }
  }

  /** While true, no data passes, and neither side is notified. */
  set isHalfOpen(isHalfOpen: boolean) {
    for (const socket of [this.#client, this.#server]) isHalfOpen ? socket.pause() : socket.resume();
  }

  /** Ends the connection by GOAWAY. Calls whose headers arrive later never reach the server, as GOAWAY promises. */
  goAway(fault: GoawayFault): void {
    if (this.#goaway !== undefined) return;
    this.#goaway = fault;
    this.#framesLeft = fault.afterFrames;
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #forward(from: Socket, to: Socket, firstBytes: number, passes: (frame: Buffer) => boolean): void {
    const splitter = new FrameSplitter(firstBytes);
    const line = new DelayLine();
    from.on('data', (bytes) => {
      const frames = splitter.push(bytes).filter(passes);
      if (frames.length > 0) line.push(this.delayMs, () => to.write(Buffer.concat(frames)));
      if (this.#isLeaving && this.#streams.size === 0) line.push(this.delayMs, () => this.#client.end());
    });
    from.on('end', () => line.push(this.delayMs, () => to.end()));
  }

  #passesToServer(frame: Buffer): boolean {
    if (frame.length === prefaceBytes && frame.toString('latin1', 0, 3) === 'PRI') return true;
    if (this.#goaway !== undefined && !this.#isLeaving && this.#framesLeft-- <= 0) this.#leave(this.#goaway);
    const { type, stream } = headerOf(frame);
    if (this.#isLeaving && stream > this.#lastStream) return false;
    if (type === types.headers) {
      this.#lastStream = Math.max(this.#lastStream, stream);
      this.#streams.add(stream);
    }
    if (type === types.rstStream) this.#streams.delete(stream);
    return true;
  }

  #passesToClient(frame: Buffer): boolean {
    const { type, flags, stream } = headerOf(frame);
    const mayEnd = type === types.headers || type === types.data;
    if (type === types.rstStream || (mayEnd && (flags & endStream) !== 0)) this.#streams.delete(stream);
    return true;
  }

  #leave({ errorCode }: GoawayFault): void {
    this.#isLeaving = true;
    const frame = Buffer.alloc(17);
    frame.writeUIntBE(8, 0, 3);
    frame[3] = types.goaway;
    frame.writeUInt32BE(this.#lastStream, 9);
    frame.writeUInt32BE(errorCode, 13);
    this.#client.write(frame);
    setTimeout(() => this.destroy(), lingerMs);
  }
}

function headerOf(frame: Buffer): { type: number; flags: number; stream: number } {
  return { type: frame[3] as number, flags: frame[4] as number, stream: frame.readUInt32BE(5) & 0x7fffffff };
}
