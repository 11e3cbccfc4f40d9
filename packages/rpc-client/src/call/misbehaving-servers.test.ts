import { gzipSync } from 'node:zlib';
import { Code, createClient } from '@connectrpc/connect';
import { type HeaderList, headerList } from '@example/http2';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { failureOf } from '@example/rpc-server/testing';
import { each } from '@example/rpc-server/testing/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Respond, startBackend } from '../testing/backend.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { TransportOptions } from '../transport/transport-options.ts';

const noHeader = new Uint8Array();

function envelope(flags: number, message: Uint8Array | string = ''): Buffer {
  const bytes = Buffer.from(message);
  const header = Buffer.alloc(5);
  header[0] = flags;
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

const message = envelope(0);
const webEnd = envelope(0x80, 'grpc-status: 0\r\n');
const connectEnd = envelope(0x02, '{}');

function headersOf(type: string, more: readonly (readonly [string, string])[] = []): HeaderList {
  return headerList([[':status', '200'], ['content-type', `application/${type}`], ...more]);
}

/** Sends a body in one frame, and does not end the response. */
function sendWithoutEnd(type: string, body: Uint8Array): Respond {
  return (stream) => {
    stream.sendHeaders(headersOf(type));
    stream.sendData(noHeader, body);
  };
}

/** Calls have no timeout: a call that the client does not end lasts forever. */
async function start(respond: Respond, options: Partial<TransportOptions>) {
  const backend = await startBackend(respond);
  const transport = createTransport({ target: backend.address, defaultTimeoutMs: 0, ...options });
  onTestFinished(async () => {
    transport.close();
    await backend.close();
  });
  return { users: createClient(UserService, transport), notes: createClient(NoteService, transport) };
}

describe('a response that never ends fails at once', () => {
  it.each([
    ['two messages', 'grpc', 'grpc', [message, message]],
    ['two messages', 'grpc-web', 'grpc-web', [message, message]],
    ['a message after its end', 'grpc-web', 'grpc-web', [message, webEnd, message]],
    ['a part of a message after its end', 'grpc-web', 'grpc-web', [message, webEnd, Buffer.alloc(3)]],
  ] as const)('in a unary call, when it has %s, over %s', async (_, protocol, type, body) => {
    const { users } = await start(sendWithoutEnd(type, Buffer.concat(body)), { protocol });
    expect(await failureOf(users.getUser({}))).toMatchObject({ code: Code.Unimplemented });
  });

  it.each([
    ['two messages', 'grpc', 'grpc', [message, message], Code.Unimplemented],
    ['two messages', 'grpc-web', 'grpc-web', [message, message], Code.Unimplemented],
    ['two messages', 'connect', 'connect+proto', [message, message], Code.Unimplemented],
    ['a message after its end', 'grpc-web', 'grpc-web', [message, webEnd, message], Code.InvalidArgument],
    ['a message after its end', 'connect', 'connect+proto', [message, connectEnd, message], Code.InvalidArgument],
    [
      'a part of one after it',
      'connect',
      'connect+proto',
      [message, connectEnd, Buffer.alloc(3)],
      Code.InvalidArgument,
    ],
  ] as const)('in a call with a stream of requests, when it has %s, over %s', async (_, protocol, type, body, code) => {
    const { notes } = await start(sendWithoutEnd(type, Buffer.concat(body)), { protocol });
    expect(await failureOf(notes.uploadLines(each({})))).toMatchObject({ code });
  });
});

it.each([
  ['grpc-web', 'grpc-web', webEnd],
  ['connect', 'connect+proto', connectEnd],
] as const)(
  'a stream that does not end after its last envelope has its deadline, over %s',
  async (protocol, type, end) => {
    const { notes } = await start(sendWithoutEnd(type, end), { protocol, defaultTimeoutMs: 50 });
    const read = async () => {
      for await (const _ of notes.listNotes({}));
    };
    expect(await failureOf(read())).toMatchObject({ code: Code.DeadlineExceeded });
  },
);

const gzip = [
  ['grpc-encoding', 'gzip'],
  ['connect-content-encoding', 'gzip'],
  ['content-encoding', 'gzip'],
] as const;

/** Sends a body, and ends the response, with the trailers of gRPC. */
function send(headers: HeaderList, body: Uint8Array): Respond {
  return (stream) => {
    stream.sendHeaders(headers);
    stream.sendData(noHeader, body);
    stream.sendTrailers(headerList([['grpc-status', '0']]));
  };
}

describe('2 million elements in a few kilobytes of gzip are refused', () => {
  const fields = gzipSync(Buffer.from('\x78\x00'.repeat(2_000_000), 'latin1'));
  const json = gzipSync(`{"a":[${'1,'.repeat(1_999_000)}1]}`);

  it.each([
    ['grpc', 'proto', 'grpc', envelope(1, fields)],
    ['grpc-web', 'proto', 'grpc-web', Buffer.concat([envelope(1, fields), webEnd])],
    ['connect', 'proto', 'proto', fields],
    ['connect', 'json', 'json', json],
  ] as const)('over %s with %s', async (protocol, codec, type, body) => {
    const { users } = await start(send(headersOf(type, gzip), body), { protocol, codec });
    const error = await failureOf(users.getUser({}));
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
    expect(error.rawMessage).toContain('maxResponseElements');
  });

  it('in the error of a call of Connect, which keeps the code of its HTTP status', async () => {
    const headers = headerList([[':status', '404'], ['content-type', 'application/json'], ...gzip]);
    const body = gzipSync(`{"code":"aborted","details":[${'[],'.repeat(1_300_000)}1]}`);
    const { users } = await start(send(headers, body), { protocol: 'connect' });
    expect(await failureOf(users.getUser({}))).toMatchObject({ code: Code.Unimplemented, rawMessage: 'HTTP 404' });
  });

  it.each([
    ['grpc-web', 'grpc-web', 0x81, 'a: b\r\n'.repeat(600_000)],
    ['connect', 'connect+proto', 0x03, `{"metadata":{"a":[${'"b",'.repeat(900_000)}"b"]}}`],
  ] as const)('in the last envelope of a stream over %s', async (protocol, type, flags, end) => {
    const { notes } = await start(send(headersOf(type, gzip), envelope(flags, gzipSync(end))), { protocol });
    const error = await failureOf(notes.uploadLines(each({})));
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
  });
});

it('many small messages that arrive together do not keep the event loop from other work', async () => {
  const count = 100_000;
  const { notes } = await start(send(headersOf('grpc'), Buffer.alloc(count * message.length)), { protocol: 'grpc' });
  let turns = 0;
  const onTurn = () => {
    turns += 1;
    immediate = setImmediate(onTurn);
  };
  let immediate = setImmediate(onTurn);
  let received = 0;
  for await (const _ of notes.listNotes({})) received += 1;
  clearImmediate(immediate);
  expect(received).toBe(count);
  expect(turns).toBeGreaterThan(count / 1_000);
});
