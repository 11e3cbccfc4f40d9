import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { headerList } from '@example/http2';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { failureOf } from '@example/rpc-server/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../testing/backend.ts';
import { createTransport } from '../transport/create-transport.ts';

describe.each(['grpc', 'grpc-web'] as const)('%s', (protocol) => {
  it.each([
    ['a message with invalid percent encoding', ['grpc-message', 'no %ZZ%e9'], 'no %ZZ%e9'],
    ['details that are not base64', ['grpc-status-details-bin', '!!!'], 'no user'],
    ['details that are not protobuf', ['grpc-status-details-bin', '////'], 'no user'],
    ['details without a code', ['grpc-status-details-bin', ''], 'no user'],
    ['details with an unknown code', ['grpc-status-details-bin', 'CGM'], 'no user'],
  ])('keeps the code of an error with %s', async (_, field, text) => {
    const [name, value] = field as [string, string];
    const fields = new Map([
      [':status', '200'],
      ['content-type', `application/${protocol}`],
      ['grpc-status', String(Code.NotFound)],
      ['grpc-message', 'no%20user'],
      [name, value],
    ]);
    await using backend = await startBackend((stream) => stream.sendHeaders(headerList([...fields]), true));
    const transport = createTransport({ target: backend.address, protocol });
    onTestFinished(() => transport.close());
    const error = await failureOf(createClient(UserService, transport).getUser({}));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: text });
  });

  it('keeps the details of an error whose message has invalid percent encoding', async () => {
    const invalid = new ConnectError('é', Code.NotFound, undefined, [{ desc: BadRequestSchema, value: {} }]);
    const trailers = setTrailerStatus(new Headers(), invalid);
    trailers.set('grpc-message', 'no %ZZ%e9');
    const fields = new Map([[':status', '200'], ['content-type', `application/${protocol}`], ...trailers]);
    await using backend = await startBackend((stream) => stream.sendHeaders(headerList([...fields]), true));
    const transport = createTransport({ target: backend.address, protocol });
    onTestFinished(() => transport.close());
    const error = await failureOf(createClient(UserService, transport).getUser({}));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: 'é' });
    expect(error.findDetails(BadRequestSchema)).toHaveLength(1);
  });
});
