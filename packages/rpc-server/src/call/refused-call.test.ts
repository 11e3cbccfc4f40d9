import { Code } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { connectStream, connectUnary } from '../connect/connect.ts';
import { grpc, grpcWeb, grpcWebText } from '../grpc/grpc.ts';
import { retryLater } from '../retry-later.ts';
import { startServer } from '../testing/test-server.ts';
import type { CallProtocol } from './call.ts';

const error = retryLater('try again later', Code.Unavailable);
const fail = () => {
  throw error;
};
const codecs = [
  { codec: 'proto', emptyMessage: '' },
  { codec: 'json', emptyMessage: '{}' },
] as const;
const protocols: readonly (readonly [contentType: string, protocol: CallProtocol])[] = [
  ['application/grpc+', grpc],
  ['application/grpc-web+', grpcWeb],
  ['application/grpc-web-text+', grpcWebText],
  ['application/connect+', connectStream],
  ['application/', connectUnary],
];

describe.each(protocols)('%s', (contentType, protocol) => {
  it.each(codecs)('the response to refused calls is that of a failed call, with $codec', async (request) => {
    const { codec } = request;
    const message = Buffer.from(request.emptyMessage);
    const envelope = Buffer.from([0, 0, 0, 0, message.length, ...message]);
    const bodies = new Map<CallProtocol, Buffer | string>([
      [connectUnary, message],
      [grpcWebText, envelope.toString('base64')],
    ]);
    const { url } = await startServer({ users: { getUser: fail }, notes: { listNotes: fail } });
    const path = protocol === connectStream ? 'notes.v1.NoteService/ListNotes' : 'user.v1.UserService/GetUser';
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': `${contentType}${codec}` },
      body: bodies.get(protocol) ?? envelope,
    });
    const { headers, body } = protocol.encodeError(error, codec);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(body));
    const fields = [[':status', `${response.status}`], ...response.headers];
    expect(fields).toEqual(expect.arrayContaining(headers.fields.map(({ name, value }) => [name, value])));
  });
});
