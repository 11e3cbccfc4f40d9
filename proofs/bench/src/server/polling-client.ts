import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/**
 * Calls an address by HTTP/1.1, one call at a time on each connection, and prints the calls a second.
 *
 * Its event loop never sleeps. Without that, each response would wake the client by an interrupt between cores. In a
 * virtual machine this costs the server a third of a call, as often as the client happens to sleep.
 */
const [address = '', contentType = '', bodyFile = '', ...numbers] = process.argv.slice(2);
const [connections = 1, warmUpSeconds = 0, seconds = 1] = numbers.map(Number);
const { hostname: host, port, pathname } = new URL(address);
const body = readFileSync(bodyFile);
const head = [`POST ${pathname} HTTP/1.1`, `host: ${host}`, `content-type: ${contentType}`];
const request = Buffer.from([...head, `content-length: ${body.length}`, '', body.toString()].join('\r\n'));
let calls = 0;

for (let opened = 0; opened < connections; opened++) {
  const buffer = Buffer.alloc(65_536);
  const callback = (length: number): boolean => {
    // A response is short and arrives whole.
    const response = buffer.toString('latin1', 0, length);
    if (!response.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected response: ${response}`);
    calls += 1;
    return socket.write(request);
  };
  const socket: Socket = connect({ host, port: Number(port), noDelay: true, onread: { buffer, callback } });
  socket.write(request);
  socket.on('close', () => {
    throw new Error('the server has ended a connection');
  });
}
(function poll() {
  setImmediate(poll);
})();
await setTimeout(warmUpSeconds * 1_000);
const [start, before] = [performance.now(), calls];
await setTimeout(seconds * 1_000);
const rate = ((calls - before) / (performance.now() - start)) * 1_000;
process.stdout.write(`${rate}\n`, () => process.exit());
