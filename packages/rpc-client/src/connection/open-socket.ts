import { connect, isIP, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { TlsCredentials } from '../tls/tls-options.ts';
import type { Address } from './call-connection.ts';

/** @throws {Error} when the signal fires, or no connection can be made; the message has the address */
export async function openSocket(address: Address, signal?: AbortSignal): Promise<Socket> {
  const socket = connect({ ...address, noDelay: true });
  await settled(socket, 'connect', signal);
  return socket;
}

/**
 * TLS on a connected socket.
 *
 * @param host the default of the name that the certificate must have
 * @param protocols for ALPN: RFC 7301
 */
export async function secure(
  socket: Socket,
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
    // RFC 6066, section 3: no addresses.
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: [...protocols],
  });
  await settled(tls, 'secureConnect', signal);
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
      socket.on('error', () => {}).destroy();
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    socket.once(event, onReady).once('error', onError).once('close', onClose);
  });
}
