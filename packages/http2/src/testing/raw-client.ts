import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Flag, FrameType, preface } from '../frames/frame-type.ts';
import { frame, settingsPayload } from './raw-frames.ts';
import { RawPeer } from './raw-peer.ts';

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

/** A client that sends only the frames of a test, and acknowledges SETTINGS, unless `connectSilently` created it. */
export class RawClient extends RawPeer {
  private constructor(socket: Socket) {
    super(socket, 0);
    this.isSilent = true;
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
    this.isSilent = false;
    this.send(preface, firstFrame);
    return this;
  }
}
