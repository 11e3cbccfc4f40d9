import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ClientConnection,
  ErrorCode,
  errorName,
  type Goaway,
  type HeaderList,
  type Limits,
  type MessageStream,
  openConnection,
  type ResponseHandler,
} from '@example/http2';
import type { CallConnection, ConnectionListener } from './call-connection.ts';

const advice = 'Check the port, whether it needs TLS, and whether it only has HTTP/1.1';

/** HTTP/2 for calls. */
export class Http2CallConnection implements CallConnection {
  readonly #socket: Duplex;
  readonly #connection: ClientConnection;
  readonly canPing = true;

  private constructor(socket: Duplex, connection: ClientConnection) {
    this.#socket = socket;
    this.#connection = connection;
  }

  /** Resolves with the first SETTINGS of the server. @throws {Error} when the connection ends before that */
  static open(
    socket: Duplex,
    limits: Partial<Limits>,
    listener: ConnectionListener,
    signal: AbortSignal,
  ): Promise<Http2CallConnection> {
    return new Promise((resolve, reject) => {
      if (socket.destroyed) throw new Error('the server closed the connection');
      const onAbort = () => {
        reject(signal.reason);
        connection.close();
      };
      signal.addEventListener('abort', onAbort);
      let isReady = false;
      const connection = openConnection(socket, {
        limits,
        onReady: () => {
          isReady = true;
          signal.removeEventListener('abort', onAbort);
          resolve(new Http2CallConnection(socket, connection));
        },
        onCapacity: () => listener.onRoom(),
        onDraining: (goaway) => {
          if (!isReady) return;
          const isGraceful = goaway?.code === ErrorCode.NO_ERROR;
          listener.onLeaving({ isGraceful, tooManyPings: isTooManyPings(goaway), message: textOf(goaway) });
        },
        onClose: ({ code, message }) => {
          if (isReady) listener.onClose();
          else
            reject(
              new Error(`no HTTP/2 from the server: ${code === 0 ? '' : `${errorName(code)}, `}${message}. ${advice}`),
            );
        },
      });
    });
  }

  get openStreams(): number {
    return this.#connection.openStreams;
  }

  get hasRoom(): boolean {
    return this.#connection.hasCapacity;
  }

  get receivedBytes(): number {
    return (this.#socket as Partial<Socket>).bytesRead ?? 0;
  }

  request(headers: HeaderList, more: HeaderList | undefined, handler: ResponseHandler, end: boolean): MessageStream {
    return this.#connection.request(headers, more, handler, end);
  }

  ping(onAck: (roundTripMs: number) => void): void {
    this.#connection.ping(onAck);
  }

  drain(): void {
    this.#connection.drain();
  }

  close(): void {
    this.#connection.close();
  }
}

/** gRFC A8. */
function isTooManyPings(goaway: Goaway | undefined): boolean {
  return goaway?.code === ErrorCode.ENHANCE_YOUR_CALM && goaway.debugData === 'too_many_pings';
}

function textOf(goaway: Goaway | undefined): string {
  if (goaway === undefined) return 'the connection has ended';
  const debugData = goaway.debugData === '' ? '' : ` (${goaway.debugData})`;
  return `the server sent GOAWAY with ${errorName(goaway.code)}${debugData}`;
}
