import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { sharedHeaderList } from '@example/http2';
import type { Dispatch } from '../call/call-stream.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { ConnectionLog } from '../log/connection-log.ts';
import { proxyFactor, type ServeHttp2 } from './http2-connection.ts';
import { NodeStream } from './node-stream.ts';

/**
 * How long a client may take to close its side of a connection after the server has closed its own, in milliseconds.
 */
const lingerMs = 1_000;

/** The burst of allowed resets, as a multiple of those per second. The same as in @example/http2. */
const resetBurst = 5;

/** The size of a header field beyond its name and value, in bytes: RFC 9113, section 6.5.2. */
const fieldOverheadBytes = 32;

/**
 * HTTP/2 by node:http2, as an alternative to @example/http2 (`HTTP2=node`). Calls are handled in the same way. A
 * connection has the limits below and those of Node: docs/reference/configuration.md lists the missing ones.
 */
export function nodeHttp2(config: ServerConfig, dispatch: Dispatch, log: ConnectionLog): ServeHttp2 {
  // The module is loaded only here, because it takes 7 MB.
  const http2 = process.getBuiltinModule('node:http2');
  const settings = { maxConcurrentStreams: config.maxStreams, maxHeaderListSize: config.maxHeaderBytes };
  return (socket, connection, memory, onClose) => {
    const { peer } = connection;
    const streamResetRate = (peer.proxies === undefined ? 1 : proxyFactor) * config.resetsPerSecond;
    const session = http2.performServerHandshake(socket, {
      settings,
      strictFieldWhitespaceValidation: false,
      streamResetRate,
      streamResetBurst: resetBurst * streamResetRate,
    });
    let openStreams = 0;
    session.on('stream', (stream, headers, _flags, raw: string[]) => {
      openStreams += 1;
      connection.calls += 1;
      stream.once('close', () => {
        openStreams -= 1;
      });
      const callStream = new NodeStream(stream, headers, raw);
      if (listBytes(raw) > config.maxHeaderBytes) {
        refuseHeaders(callStream);
        return;
      }
      const handler = dispatch(callStream, peer, memory);
      callStream.open(handler);
      handler.begin();
    });
    // This listener only logs. An error also closes the session, and the listener of `close` cleans up.
    session.on('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      // Other errors come from the socket, or from a client that sent GOAWAY with an error.
      const isViolation = code.startsWith('ERR_HTTP2_') && code !== 'ERR_HTTP2_SESSION_ERROR';
      log[isViolation ? 'warn' : 'debug']('an HTTP/2 connection failed', peer.address, message);
    });
    limitLingering(socket);
    const stops = [
      requirePreface(session, config, () =>
        log.warn('an HTTP/2 connection failed', peer.address, 'timeout: no SETTINGS'),
      ),
      closeWhenIdle(session, config),
      keepAlive(session, config),
    ];
    session.once('close', () => {
      for (const stop of stops) stop();
      onClose();
    });
    // Node ignores new streams after any GOAWAY. A first GOAWAY that only warns would not work, so `drain` sends a
    // single one.
    const close = () => session.close();
    return {
      drain: close,
      close,
      get openStreams() {
        return openStreams;
      },
    };
  };
}

/** The size of header fields, as MAX_HEADER_BYTES limits it. Node announces this limit, but does not enforce it. */
function listBytes(raw: readonly string[]): number {
  return raw.reduce((sum, text) => sum + text.length, fieldOverheadBytes * (raw.length / 2));
}

/** The response to a request whose header fields are too large: RFC 6585, section 5. */
const headersTooLarge = sharedHeaderList([[':status', '431']]);

function refuseHeaders(stream: NodeStream): void {
  stream.open({ onData() {}, onEnd() {}, onDrain() {}, onClose() {} });
  stream.discard();
  stream.sendHeaders(headersTooLarge, true);
}

/**
 * Limits how long a socket waits for its client to close. Node has no such limit, and a client that was sending may
 * never close.
 */
function limitLingering(socket: Socket): void {
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
  });
}

function requirePreface(session: ServerHttp2Session, { headersMs }: ServerConfig, onTimeout: () => void): () => void {
  const timer = setTimeout(() => {
    onTimeout();
    session.destroy();
  }, headersMs);
  const stop = () => clearTimeout(timer);
  session.once('remoteSettings', stop);
  return stop;
}

function closeWhenIdle(session: ServerHttp2Session, { idleConnectionMs }: ServerConfig): () => void {
  let openStreams = 0;
  const startTimer = () => setTimeout(() => session.close(), idleConnectionMs);
  let timer = startTimer();
  session.on('stream', (stream) => {
    clearTimeout(timer);
    openStreams += 1;
    stream.once('close', () => {
      openStreams -= 1;
      if (openStreams === 0 && !session.closed) timer = startTimer();
    });
  });
  return () => clearTimeout(timer);
}

function keepAlive(session: ServerHttp2Session, { keepaliveMs, keepaliveTimeoutMs }: ServerConfig): () => void {
  let timeout: NodeJS.Timeout | undefined;
  const interval = setInterval(() => {
    if (session.destroyed || timeout !== undefined) return;
    const isSent = session.ping(() => {
      clearTimeout(timeout);
      timeout = undefined;
    });
    if (isSent) timeout = setTimeout(() => session.destroy(), keepaliveTimeoutMs);
  }, keepaliveMs);
  return () => {
    clearInterval(interval);
    clearTimeout(timeout);
  };
}
