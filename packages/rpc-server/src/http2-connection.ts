import type { ServerHttp2Session } from 'node:http2';
import type { ServerConfig } from './config.ts';

type Limits = Pick<ServerConfig, 'headersMs' | 'idleConnectionMs' | 'keepaliveMs' | 'keepaliveTimeoutMs'>;

/** How many calls are under way on a connection. */
interface Calls {
  underWay: number;
}

/**
 * Ends an HTTP/2 connection that is idle, that does not answer, or that never says a frame to its end.
 *
 * @param retire ends it after the calls under way
 */
export function guardHttp2Connection(session: ServerHttp2Session, retire: () => void, limits: Limits): void {
  const calls = countCalls(session);
  const stops = [
    retireWhenIdle(session, calls, retire, limits),
    keepAlive(session, limits),
    requirePreface(session, limits),
    endWhenStuck(session, calls, limits),
  ];
  session.once('close', () => {
    for (const stop of stops) stop();
  });
}

function countCalls(session: ServerHttp2Session): Calls {
  const calls = { underWay: 0 };
  session.on('stream', (stream) => {
    calls.underWay += 1;
    stream.once('close', () => {
      calls.underWay -= 1;
    });
  });
  return calls;
}

function retireWhenIdle(
  session: ServerHttp2Session,
  calls: Calls,
  retire: () => void,
  { idleConnectionMs }: Limits,
): () => void {
  const startTimer = () => setTimeout(retire, idleConnectionMs);
  let timer = startTimer();
  session.on('stream', (stream) => {
    clearTimeout(timer);
    stream.once('close', () => {
      if (calls.underWay === 0 && !session.closed) timer = startTimer();
    });
  });
  return () => clearTimeout(timer);
}

function keepAlive(session: ServerHttp2Session, { keepaliveMs, keepaliveTimeoutMs }: Limits): () => void {
  let answerTimer: NodeJS.Timeout | undefined;
  const interval = setInterval(() => {
    if (session.destroyed || answerTimer !== undefined) return;
    const isSent = session.ping(() => {
      clearTimeout(answerTimer);
      answerTimer = undefined;
    });
    if (isSent) answerTimer = setTimeout(() => session.destroy(), keepaliveTimeoutMs);
  }, keepaliveMs);
  return () => {
    clearInterval(interval);
    clearTimeout(answerTimer);
  };
}

function requirePreface(session: ServerHttp2Session, { headersMs }: Limits): () => void {
  const timer = setTimeout(() => session.destroy(), headersMs);
  const stop = () => clearTimeout(timer);
  session.once('remoteSettings', stop);
  return stop;
}

/**
 * A client may send a frame, or a header block of many frames, byte by byte and never finish; nothing else can come meanwhile.
 * Node tells only of what is complete: a connection with no call under way, on which bytes arrive and nothing completes, twice
 * in a row, is stuck.
 */
function endWhenStuck(session: ServerHttp2Session, calls: Calls, { headersMs }: Limits): () => void {
  let isProgress = true;
  let bytesRead = 0;
  let stuckIntervals = 0;
  const progress = () => {
    isProgress = true;
  };
  session.on('stream', (stream) => {
    progress();
    stream.once('close', progress);
  });
  session.on('ping', progress);
  session.on('remoteSettings', progress);

  const interval = setInterval(() => {
    if (session.destroyed) return;
    const isSilent = session.socket.bytesRead === bytesRead;
    bytesRead = session.socket.bytesRead;
    stuckIntervals = isProgress || isSilent || calls.underWay > 0 ? 0 : stuckIntervals + 1;
    isProgress = false;
    if (stuckIntervals === 2) session.destroy();
  }, headersMs);
  return () => clearInterval(interval);
}
