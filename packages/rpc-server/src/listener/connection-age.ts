import type { Socket } from 'node:net';
import type { ServerConfig } from '../config/server-config.ts';

/** Ages vary by this fraction, up or down, so that clients that connected together do not all reconnect together. */
const jitter = 0.1;

/**
 * Drains a connection that has reached its age, so that its client connects again, perhaps to another server.
 *
 * @param onOld must stop new calls; the calls under way then have the grace period
 */
export function limitAge(
  socket: Socket,
  { connectionAgeMs, connectionAgeGraceMs }: Pick<ServerConfig, 'connectionAgeMs' | 'connectionAgeGraceMs'>,
  onOld: () => void,
): void {
  const ageMs = connectionAgeMs * (1 + jitter * (2 * Math.random() - 1));
  let timer = setTimeout(() => {
    onOld();
    timer = setTimeout(() => socket.destroy(), connectionAgeGraceMs);
  }, ageMs);
  socket.once('close', () => clearTimeout(timer));
}
