import type { ServerHttp2Session } from 'node:http2';
import type { Http2Connection } from '../engines/engine.ts';
import type { ServerConfig } from '../process/config.ts';

type Limits = Pick<ServerConfig, 'headersMs' | 'idleConnectionMs' | 'keepaliveMs' | 'keepaliveTimeoutMs'>;

/** An HTTP/2 connection. It ends when it is idle, does not answer, or never says a frame to its end. */
export class NodeHttp2Connection implements Http2Connection {
  readonly #session: ServerHttp2Session;
  #callsUnderWay = 0;

  constructor(session: ServerHttp2Session, limits: Limits) {
    this.#session = session;
    session.on('stream', (stream) => {
      this.#callsUnderWay += 1;
      stream.once('close', () => {
        this.#callsUnderWay -= 1;
      });
    });
    const stops = [
      this.#retireWhenIdle(limits),
      keepAlive(session, limits),
      requirePreface(session, limits),
      this.#endWhenStuck(limits),
    ];
    session.once('close', () => {
      for (const stop of stops) stop();
    });
  }

  /**
   * Ends the connection once the calls on it have ended. A GOAWAY says which streams were taken: a client knows that a later one,
   * already on its way, was not, and can send it again elsewhere (RFC 9113, section 6.8).
   *
   * A GOAWAY before that one, to warn the client, is not to be had: after any GOAWAY Node ignores new streams.
   */
  retire(): void {
    this.#session.close();
  }

  #retireWhenIdle({ idleConnectionMs }: Limits): () => void {
    const startTimer = () => setTimeout(() => this.retire(), idleConnectionMs);
    let timer = startTimer();
    this.#session.on('stream', (stream) => {
      clearTimeout(timer);
      stream.once('close', () => {
        if (this.#callsUnderWay === 0 && !this.#session.closed) timer = startTimer();
      });
    });
    return () => clearTimeout(timer);
  }

  /**
   * A client may send a frame, or a header block of many frames, byte by byte and never finish; nothing else can come meanwhile.
   * Node tells only of what is complete: a connection with no call under way, on which bytes arrive and nothing completes, twice
   * in a row, is stuck.
   */
  #endWhenStuck({ headersMs }: Limits): () => void {
    const session = this.#session;
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
      stuckIntervals = isProgress || isSilent || this.#callsUnderWay > 0 ? 0 : stuckIntervals + 1;
      isProgress = false;
      if (stuckIntervals === 2) session.destroy();
    }, headersMs);
    return () => clearInterval(interval);
  }
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
