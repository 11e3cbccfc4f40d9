import type { Socket } from 'node:net';

/** The address of a client. One that connects by a socket of the file system has none. */
export function peerOf({ remoteAddress = 'unix' }: Socket): string {
  return remoteAddress;
}
