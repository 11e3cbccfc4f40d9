import {
  type ConnectionClose,
  defaultLimits,
  ErrorCode,
  errorName,
  type Limits,
  serveConnection,
} from '@example/http2';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import { proxyFactor, type ServeHttp2 } from './http2-connection.ts';

/** The largest frame payload that every endpoint accepts, in bytes: RFC 9113, section 4.2. */
const smallestMaxFrameBytes = 16_384;

/** HTTP/2 by @example/http2. */
export function ownHttp2(config: ServerConfig, dispatch: Dispatch, log: ConnectionLog): ServeHttp2 {
  const limits = limitsOf(config, config.resetsPerSecond);
  const proxyLimits = limitsOf(config, proxyFactor * config.resetsPerSecond);
  return (socket, connection, memory, onClose) => {
    const { peer } = connection;
    return serveConnection(socket, {
      accept: (stream) => {
        connection.calls += 1;
        const handler = dispatch(stream, peer, memory);
        handler.begin();
        return handler;
      },
      limits: peer.proxies === undefined ? limits : proxyLimits,
      onBuffered: (bytes) => {
        if (memory.setBuffered(bytes)) return;
        log.warn('a connection was ended', peer.address, 'it does not read its responses, which hold too much memory');
        socket.destroy();
      },
      onViolation: (code) => log.warn('an HTTP/2 stream was reset', peer.address, errorName(code)),
      onClose: (reason) => {
        logEnd(log, peer.address, reason);
        onClose();
      },
    });
  };
}

function logEnd(log: ConnectionLog, peer: string, { code, by, message, cause }: ConnectionClose): void {
  if (cause !== undefined) log.error('an HTTP/2 connection failed', peer, cause);
  else if (by === 'local' && code !== ErrorCode.NO_ERROR) {
    log.warn('an HTTP/2 connection failed', peer, `${errorName(code)}: ${message}`);
  } else log.debug('an HTTP/2 connection ended', peer, `${errorName(code)}: ${message}`);
}

function limitsOf(config: ServerConfig, resetsPerSecond: number): Partial<Limits> {
  // A header block up to 1.5 times the limit is still decoded, so that its request gets a response.
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
    zeroWindowMs: config.zeroWindowMs,
    keepaliveMs: config.keepaliveMs,
    keepaliveTimeoutMs: config.keepaliveTimeoutMs,
  };
}
