import type { Socket } from 'node:net';

/** Ages vary by this fraction, up or down, so that clients that connected together do not all reconnect together. */
const jitter = 0.1;

/**
 * Reports a connection that has reached its maximum age, so that its client connects again, perhaps to another server.
 *
 * @param connectionAgeMs in milliseconds
 * @param onOld must stop new calls on the connection
 */
export function limitAge(socket: Socket, connectionAgeMs: number, onOld: () => void): void {
  const timer = setTimeout(onOld, connectionAgeMs * (1 + jitter * (2 * Math.random() - 1)));
  socket.once('close', () => clearTimeout(timer));
}
