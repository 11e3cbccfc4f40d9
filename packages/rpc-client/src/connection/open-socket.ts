import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { TlsCredentials } from '../tls/tls-options.ts';
import type { Address } from './call-connection.ts';

/** RFC 7301, section 3.2: the alert of a server that has none of the protocols. */
const noApplicationProtocol = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** @throws {Error} when the signal fires, or no connection can be made; the message has the address */
export type OpenSocket = (address: Address, signal?: AbortSignal) => Promise<Duplex>;

export const openSocket: OpenSocket = async (address, signal) => {
  const socket = connect({ ...address, noDelay: true });
  await settled(socket, 'connect', signal);
  return socket;
};

/**
 * TLS on a connected socket.
 *
 * @param host the name that the certificate must have, unless the options have another
 * @param protocols for ALPN: RFC 7301
 */
export async function secure(
  socket: Duplex,
  host: string,
  credentials: TlsCredentials,
  protocols: readonly string[],
  signal?: AbortSignal,
): Promise<TLSSocket> {
  const name = credentials.serverName ?? host;
  const secureContext = await credentials.context();
  const tls = tlsConnect({
    socket,
    secureContext,
    host: name,
    // RFC 6066, section 3: no IP addresses.
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: [...protocols],
  });
  try {
    await settled(tls, 'secureConnect', signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== noApplicationProtocol) throw error;
    const names = protocols.map((protocol) => (protocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1')).join(' or ');
    throw new Error(`the server does not support ${names}: it refused ${protocols.join(', ')} in ALPN`, {
      cause: error,
    });
  }
  return tls;
}

function settled(socket: Socket, event: 'connect' | 'secureConnect', signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDone = (action: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose).off(event, onReady);
      action();
    };
    const onReady = () => onDone(resolve);
    const onError = (error: Error) => onDone(() => reject(error));
    const onClose = () => onError(new Error('the server closed the connection'));
    const onAbort = () => {
      onDone(() => reject(signal?.reason));
      socket.destroy();
    };
    // An error between this and the next listener must not end the process.
    socket.on('error', () => {});
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    socket.once(event, onReady).once('error', onError).once('close', onClose);
  });
}
