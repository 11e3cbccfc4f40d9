import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const headerBytes = 12;
const typeA = 1;

/** A name server that returns the addresses that a test sets, for every name. */
export interface NameServer extends AsyncDisposable {
  /** The address, such as `127.0.0.1:4711`. */
  readonly address: string;
  /** IPv4 addresses; undefined to send no response. */
  addresses: readonly string[] | undefined;
  questions: number;
}

export async function startNameServer(ttlSeconds: number, ...addresses: string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  const server: NameServer = {
    address: '',
    addresses,
    questions: 0,
    [Symbol.asyncDispose]: async () => {
      socket.close();
    },
  };
  socket.on('message', (question, { port, address }) => {
    server.questions += 1;
    if (server.addresses !== undefined) socket.send(answer(question, ttlSeconds, server.addresses), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(server, { address: `127.0.0.1:${socket.address().port}` });
}

/** The response to a query of DNS: RFC 1035, section 4. */
function answer(message: Buffer, ttlSeconds: number, addresses: readonly string[]): Buffer {
  let at = headerBytes;
  while (message[at] !== 0) at += 1 + (message[at] as number);
  const question = message.subarray(headerBytes, at + 5);
  const found = message.readUInt16BE(at + 1) === typeA ? addresses : [];
  const header = Buffer.from(message.subarray(0, headerBytes));
  header.writeUInt16BE(0x8180, 2);
  [1, found.length, 0, 0].forEach((count, index) => {
    header.writeUInt16BE(count, 4 + 2 * index);
  });
  const records = found.map((address) => {
    const record = Buffer.from([
      0xc0,
      headerBytes,
      0,
      typeA,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...address.split('.').map(Number),
    ]);
    record.writeUInt32BE(ttlSeconds, 6);
    return record;
  });
  return Buffer.concat([header, question, ...records]);
}
