import type { Socket } from 'node:net';
import type { ServerConfig } from '../config/server-config.ts';

/** By how much ages differ, up or down, so that clients that came together do not all come back together. */
const jitter = 0.1;

/**
 * Ends a connection when it is old, so that clients look again for where to connect to.
 *
 * @param onOld must see to it that no new call starts; the calls under way have the grace
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
