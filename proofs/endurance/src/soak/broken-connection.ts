import { once } from 'node:events';
import { connect } from 'node:net';
import type { Random } from '@example/kit/random';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const settings = '\0\0\0\x04\0\0\0\0\0';
/** An incomplete request: its HEADERS frame declares 16 bytes, but contains only one byte. */
const headers = '\0\0\x10\x01\x04\0\0\0\x01\x83';
const http1 = 'POST /order.v1.OrderService/GetOrder HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{';

const beginnings = [
  '',
  'P',
  preface.slice(0, 20),
  preface + settings,
  preface + settings + headers,
  http1,
  'nonsense\r\n',
];

/** Connects, sends an incomplete request, and closes or resets the connection. */
export async function breakOff(baseUrl: string, random: Random): Promise<void> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  const closed = once(socket, 'close');
  // The service may close the connection first.
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(random.pick(beginnings), 'latin1');
  if (random.chance(0.5)) {
    socket.resume().end();
    // The service may keep a half-open connection until its idle timeout.
    setImmediate(() => socket.destroy());
  } else socket.resetAndDestroy();
  await closed;
}
