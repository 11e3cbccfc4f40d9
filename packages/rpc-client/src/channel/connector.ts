import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientConnection, ErrorCode, type Goaway, type Limits, openConnection } from '@example/http2';

/** An address of a server: what `net.connect` takes. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

export interface ConnectionListener {
  /** A stream can be opened again. */
  onCapacity(): void;
  /** The connection takes no more requests. */
  onDraining(reason: DrainReason): void;
  /** The socket has closed. */
  onClose(): void;
}

/**
 * `goaway`: the server sent GOAWAY without an error. `too-many-pings`: it finds that we send PING too often, as in gRFC
 * A8. `end`: anything else.
 */
export type DrainReason = 'goaway' | 'too-many-pings' | 'end';

/**
 * Opens a connection. Resolves when the server has shown that it speaks HTTP/2.
 *
 * @param signal ends the attempt
 * @throws {Error} with a message that names the cause
 */
export type Connect = (
  address: Address,
  listener: ConnectionListener,
  signal: AbortSignal,
) => Promise<ClientConnection>;

/** Opens a socket, with TLS or without, that is ready for HTTP/2. @param signal ends the attempt @throws {Error} */
export type OpenSocket = (address: Address, signal: AbortSignal) => Promise<Duplex>;

export function http2Connector(openSocket: OpenSocket, limits: Partial<Limits> = {}): Connect {
  return async (address, listener, signal) => {
    const socket = await openSocket(address, signal);
    return await new Promise((resolve, reject) => {
      const abort = () => {
        reject(signal.reason);
        socket.destroy();
      };
      const connection = openConnection(socket, {
        limits,
        onReady: () => {
          signal.removeEventListener('abort', abort);
          resolve(connection);
        },
        onCapacity: () => listener.onCapacity(),
        onDraining: (goaway) => listener.onDraining(toReason(goaway)),
        onClose: ({ message }) => {
          signal.removeEventListener('abort', abort);
          reject(new Error(message));
          listener.onClose();
        },
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  };
}

function toReason(goaway: Goaway | undefined): DrainReason {
  if (goaway?.code === ErrorCode.NO_ERROR) return 'goaway';
  const { ENHANCE_YOUR_CALM } = ErrorCode;
  return goaway?.code === ENHANCE_YOUR_CALM && goaway.debugData === 'too_many_pings' ? 'too-many-pings' : 'end';
}

/** All bytes that have been received on the connection. */
export function receivedBytes({ socket }: ClientConnection): number {
  return (socket as Partial<Socket>).bytesRead ?? 0;
}
