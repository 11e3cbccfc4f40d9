import type { Duplex } from 'node:stream';
import type { Goaway, MessageStream } from '../api.ts';
import { Http2Connection } from '../connection/http2-connection.ts';
import type { Role } from '../connection/role.ts';
import { Setting, type SettingEntry, type SettingsChange } from '../connection/settings.ts';
import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { preface } from '../frames/frame-type.ts';
import type { HeaderList } from '../headers/header-list.ts';
import { defaultClientLimits, type Limits } from '../limits/limits.ts';
import type { ClientConnection, ClientConnectionOptions, ResponseHandler } from './client-api.ts';
import { ClientStreams } from './client-streams.ts';
import { ResponseFrames } from './response-frames.ts';

/**
 * Opens an HTTP/2 connection (RFC 9113) to a server, with prior knowledge or after `h2` was negotiated with ALPN.
 *
 * @param socket a connected or connecting socket, from which nothing has been read. The connection owns it from now on.
 *   Disable Nagle's algorithm for low latency
 * @returns the connection, which has already sent its preface and SETTINGS, and takes requests
 */
export function openConnection(socket: Duplex, options: ClientConnectionOptions): ClientConnection {
  return new OpenedConnection(socket, options);
}

class OpenedConnection extends Http2Connection<ClientRole> implements ClientConnection {
  constructor(socket: Duplex, options: ClientConnectionOptions) {
    super(socket, {
      preface,
      peerPreface: Buffer.alloc(0),
      limits: { ...defaultClientLimits, ...options.limits },
      onBuffered() {},
      firstBytes: undefined,
      settings,
      role: (_connection, parts) => {
        const streams = new ClientStreams(socket, parts, options);
        return new ClientRole(streams, new ResponseFrames(streams, parts), options);
      },
      onClose: (reason) => options.onClose?.(reason),
    });
  }

  get hasCapacity(): boolean {
    return !this.draining && this.role.streams.hasCapacity;
  }

  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end = false): MessageStream {
    if (!this.hasCapacity) throw new Error('the HTTP/2 connection accepts no request now: check hasCapacity first');
    const { streams } = this.role;
    const stream = streams.request(headers, more, handler, end);
    if (streams.isExhausted) this.drain();
    return stream;
  }
}

class ClientRole implements Role {
  readonly streams: ClientStreams;
  readonly frames: ResponseFrames;
  readonly peerOpensStreams = false;
  readonly #options: ClientConnectionOptions;
  #hasSettings = false;

  constructor(streams: ClientStreams, frames: ResponseFrames, options: ClientConnectionOptions) {
    this.streams = streams;
    this.frames = frames;
    this.#options = options;
  }

  onSettings({ maxConcurrentStreams, enablePush }: SettingsChange): void {
    // Only clients may enable push: RFC 9113, section 6.5.2.
    if (enablePush) fail(ErrorCode.PROTOCOL_ERROR, 'a server must not set SETTINGS_ENABLE_PUSH to 1');
    const isFirst = !this.#hasSettings;
    this.#hasSettings = true;
    // RFC 9113, section 6.5.2: initially there is no limit.
    if (isFirst) this.streams.setMaxConcurrentStreams(maxConcurrentStreams ?? Number.POSITIVE_INFINITY);
    else if (maxConcurrentStreams !== undefined) this.streams.setMaxConcurrentStreams(maxConcurrentStreams);
    if (isFirst) this.#options.onReady?.();
  }

  onGoaway(lastStreamId: number): void {
    this.streams.onGoaway(lastStreamId);
  }

  onDraining(goaway?: Goaway): void {
    this.#options.onDraining?.(goaway);
  }
}

function settings(limits: Limits): SettingEntry[] {
  return [
    [Setting.ENABLE_PUSH, 0],
    [Setting.INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
    [Setting.MAX_HEADER_LIST_SIZE, limits.headerListBytes],
  ];
}
