import { defaultLimits, type Limits, MemoryBudget, serveConnection } from '@example/http2';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { proxyFactor, type ServeHttp2 } from './http2-connection.ts';

/** The largest frame payload that every endpoint accepts, in bytes: RFC 9113, section 4.2. */
const smallestMaxFrameBytes = 16_384;

/** The buffer memory of all connections together, in bytes. */
const bufferedBytes = 512 * 1024 * 1024;

/** HTTP/2 by @example/http2. */
export function ownHttp2(config: ServerConfig, dispatch: Dispatch): ServeHttp2 {
  const memory = new MemoryBudget(bufferedBytes);
  const limits = limitsOf(config, config.resetsPerSecond);
  const proxyLimits = limitsOf(config, proxyFactor * config.resetsPerSecond);
  return (socket, peer, onClose) => {
    return serveConnection(socket, {
      accept: (stream) => {
        const handler = dispatch(stream, peer);
        handler.begin();
        return handler;
      },
      limits: peer.proxies === undefined ? limits : proxyLimits,
      memory,
      onClose,
    });
  };
}

function limitsOf(config: ServerConfig, resetsPerSecond: number): Partial<Limits> {
  // A list that exceeds the limit by less than half is read all the same, so that the request gets a response.
  const headerBlockBytes = Math.max(defaultLimits.headerBlockBytes, Math.ceil(1.5 * config.maxHeaderBytes));
  return {
    concurrentStreams: config.maxStreams,
    headerListBytes: config.maxHeaderBytes,
    headerBlockBytes,
    continuationFrames: defaultLimits.continuationFrames + Math.ceil(headerBlockBytes / smallestMaxFrameBytes),
    resetsPerSecond,
    handshakeMs: config.headersMs,
    stallMs: config.headersMs,
    idleMs: config.idleConnectionMs,
    keepaliveMs: config.keepaliveMs,
    keepaliveTimeoutMs: config.keepaliveTimeoutMs,
  };
}
