import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { TlsCredentials } from '../tls/tls-options.ts';
import type { Address } from './call-connection.ts';

const untrusted = 'its certificate is not of a trusted CA: set tls.ca, or NODE_EXTRA_CA_CERTS';
const withoutTls = 'it may be a server without TLS: check the port and the option tls';

/** Explanations of TLS errors, by their codes. */
const meanings: Readonly<Record<string, string>> = {
  // The alert of a server that supports none of the offered protocols: RFC 7301, section 3.2.
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    'it supports none of the offered versions of HTTP, and gRPC needs HTTP/2',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ECONNRESET: withoutTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: withoutTls,
  ERR_SSL_WRONG_VERSION_NUMBER: withoutTls,
};

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
    // SNI must not contain an IP address: RFC 6066, section 3.
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: [...protocols],
  });
  try {
    await settled(tls, 'secureConnect', signal);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const meaning = meanings[code];
    if (meaning === undefined) throw error;
    throw new Error(`no TLS with the server: ${meaning} (${message})`, { cause: error });
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
    // The next user of the socket adds its listener later. An error before that must not end the process.
    socket.on('error', () => {});
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort);
    socket.once(event, onReady).once('error', onError).once('close', onClose);
  });
}
