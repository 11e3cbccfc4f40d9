import { defaultLimits, type Limits, serveConnection, sharedHeaderList } from '@example/http2';
import { parseCallHeaders } from '../call/call-headers.ts';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { ServeHttp2 } from './http2-connection.ts';

/** The largest frame payload that every endpoint accepts, in bytes: RFC 9113, section 4.2. */
const smallestMaxFrameBytes = 16_384;

/** RFC 9110, section 15.2.1. */
const continueHeaders = sharedHeaderList([[':status', '100']]);

/** HTTP/2 by @example/http2. */
export function ownHttp2(config: ServerConfig, dispatch: Dispatch): ServeHttp2 {
  const limits = limitsOf(config);
  return (socket, memory, onClose) => {
    const peer = socket.remoteAddress ?? '';
    return serveConnection(socket, {
      accept: (stream, headers) => {
        if (!stream.requestEnded && parseCallHeaders(headers).expectsContinue) stream.sendHeaders(continueHeaders);
        const handler = dispatch(stream, peer, memory);
        handler.begin();
        return handler;
      },
      limits,
      onBuffered: (bytes) => {
        if (!memory.setBuffered(bytes)) socket.destroy();
      },
      onClose,
    });
  };
}

function limitsOf(config: ServerConfig): Partial<Limits> {
  // A list that exceeds the limit by less than half is read all the same, so that the request gets a response.
  const headerBlockBytes = Math.max(defaultLimits.headerBlockBytes, Math.ceil(1.5 * config.maxHeaderBytes));
  return {
    concurrentStreams: config.maxStreams,
    headerListBytes: config.maxHeaderBytes,
    headerBlockBytes,
    continuationFrames: defaultLimits.continuationFrames + Math.ceil(headerBlockBytes / smallestMaxFrameBytes),
    handshakeMs: config.headersMs,
    stallMs: config.headersMs,
    idleMs: config.idleConnectionMs,
    zeroWindowMs: config.zeroWindowMs,
    keepaliveMs: config.keepaliveMs,
    keepaliveTimeoutMs: config.keepaliveTimeoutMs,
  };
}
