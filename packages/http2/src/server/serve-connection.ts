import type { Duplex } from 'node:stream';
import type { Connection, ConnectionOptions } from '../api.ts';
import { Http2Connection } from '../connection/http2-connection.ts';
import { Setting, type SettingEntry } from '../connection/settings.ts';
import { preface } from '../frames/frame-type.ts';
import type { Limits } from '../limits/limits.ts';
import { RequestFrames } from './request-frames.ts';
import { ServerStreams } from './server-streams.ts';

/**
 * Serves HTTP/2 (RFC 9113) on a connection whose client uses prior knowledge or has negotiated `h2` with ALPN.
 *
 * @param socket a socket from which nothing has been read except `firstBytes`. The connection owns it from now on.
 *   Disable Nagle's algorithm for low latency
 * @returns the connection, which has already sent its SETTINGS
 */
export function serveConnection(socket: Duplex, options: ConnectionOptions): Connection {
  return new Http2Connection(socket, {
    preface: Buffer.alloc(0),
    peerPreface: preface,
    limits: options.limits,
    onBuffered: options.onBuffered ?? (() => {}),
    firstBytes: options.firstBytes,
    settings,
    role: (connection, parts) => {
      const streams = new ServerStreams(connection, parts, options.onViolation);
      return {
        streams,
        frames: new RequestFrames(streams, parts, options.accept),
        peerOpensStreams: true,
        onSettings() {},
        onGoaway() {},
        onDraining() {},
      };
    },
    onClose: (reason) => options.onClose?.(reason),
  });
}

function settings(limits: Limits): SettingEntry[] {
  return [
    [Setting.MAX_CONCURRENT_STREAMS, limits.concurrentStreams],
    [Setting.INITIAL_WINDOW_SIZE, limits.streamWindowBytes],
    [Setting.MAX_HEADER_LIST_SIZE, limits.headerListBytes],
  ];
}
