import { once } from 'node:events';
import http2 from 'node:http2';
import { Code, createClient, type HandlerContext } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Flag, FrameType, frame, RawClient } from '@example/http2/testing';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callHeaders } from '../testing/call-headers.ts';
import { failureOf, transports } from '../testing/index.ts';
import { all, each, startServer, thenSilence, type Users, untilCancelled } from '../testing/test-server.ts';
import { parseConnectTimeout, parseGrpcTimeout } from './deadline.ts';

afterEach(() => void vi.restoreAllMocks());

/** Stops the clock of deadlines, so that no time passes while a call is on its way. */
function stopClock(): void {
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
}

describe.each(transports)('the deadline of a call over %s', (_, transport) => {
  const users: Users = { getUser: (_, { timeoutMs }) => ({ name: `${timeoutMs()}` }) };
  const config = { defaultDeadlineMs: 20_000, maxDeadlineMs: 60_000 };

  it.each([
    ['DEFAULT_DEADLINE_MS without a timeout', undefined, '20000'],
    ['the timeout that its client sends', 5_000, '5000'],
    ['MAX_DEADLINE_MS with a longer timeout', 3_600_000, '60000'],
  ])('is %s', async (_, timeoutMs, expected) => {
    stopClock();
    const { url } = await startServer({ config, users });
    const client = createClient(UserService, transport(url));
    expect((await client.getUser({}, { ...(timeoutMs !== undefined && { timeoutMs }) })).name).toBe(expected);
  });

  it('is DEFAULT_DEADLINE_MS for a stream of responses, and missing for a stream of requests', async () => {
    stopClock();
    const { url } = await startServer({
      config,
      notes: {
        async *listNotes(_, { timeoutMs }) {
          yield { width: timeoutMs() ?? -1 };
        },
        uploadLines: async (_, { timeoutMs }) => ({ lineCount: timeoutMs() ?? -1 }),
      },
    });
    const notes = createClient(NoteService, transport(url));
    expect(await all(notes.listNotes({}))).toMatchObject([{ width: 20_000 }]);
    expect((await notes.uploadLines(each())).lineCount).toBe(-1);
  });

  it('is any timeout that the client of a stream of requests sends', async () => {
    stopClock();
    const uploadLines = async (_: unknown, { timeoutMs }: HandlerContext) => ({ lineCount: timeoutMs() ?? -1 });
    const { url } = await startServer({ config, notes: { uploadLines } });
    const notes = createClient(NoteService, transport(url));
    expect((await notes.uploadLines(each(), { timeoutMs: 3_600_000 })).lineCount).toBe(3_600_000);
  });

  it('ends the call with DEADLINE_EXCEEDED although its handler ignores the signal', async () => {
    const users: Users = { getUser: () => new Promise(() => {}) };
    const { url } = await startServer({ config: { defaultDeadlineMs: 50 }, users });
    const error = await failureOf(createClient(UserService, transport(url)).getUser({}));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  it('leaves a handler at least 1 whole millisecond to pass on to a further call', async () => {
    const left = Promise.withResolvers<number | undefined>();
    const { url } = await startServer({
      config: { defaultDeadlineMs: 50 },
      users: {
        async getUser(_, { signal, timeoutMs }) {
          await untilCancelled(signal).catch(() => {});
          left.resolve(timeoutMs());
          return {};
        },
      },
    });
    const client = createClient(UserService, transport(url));
    // On a busy machine a deadline can pass before the handler is called.
    const untilCalled = async (): Promise<number | undefined> => {
      await failureOf(client.getUser({}));
      return await Promise.race([left.promise, new Promise(setImmediate).then(untilCalled)]);
    };
    expect(await untilCalled()).toBe(1);
  });

  it('cannot be made longer by REQUEST_BODY_MS or MESSAGE_GAP_MS', async () => {
    const { url } = await startServer({
      notes: {
        async uploadLines(lines) {
          await all(lines);
          return {};
        },
      },
    });
    const call = createClient(NoteService, transport(url)).uploadLines(thenSilence({}), { timeoutMs: 50 });
    expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
  });
});

it('a deadline that has passed when the call arrives ends it before its handler', async () => {
  const getUser = vi.fn(() => ({}));
  const { url } = await startServer({ users: { getUser } });
  const session = http2.connect(url);
  const fields = { 'content-type': 'application/grpc', 'grpc-timeout': '0S' };
  const stream = session.request({ ':method': 'POST', ':path': '/user.v1.UserService/GetUser', ...fields });
  const [headers] = await once(stream.end(Buffer.alloc(5)), 'response');
  expect(headers).toMatchObject({
    'grpc-status': `${Code.DeadlineExceeded}`,
    'grpc-message': 'the operation timed out',
  });
  expect(getUser).not.toHaveBeenCalled();
  session.destroy();
});

it('a client that does not read its response is reset some time after the deadline', async () => {
  const { port } = await startServer({ config: { defaultDeadlineMs: 100 } });
  using client = await RawClient.connect(port);
  const noWindow = Buffer.from([0, 4, 0, 0, 0, 0]);
  client.send(
    frame(FrameType.SETTINGS, 0, 0, noWindow),
    frame(FrameType.HEADERS, Flag.END_HEADERS, 1, callHeaders('/user.v1.UserService/GetUser')),
    frame(FrameType.DATA, Flag.END_STREAM, 1, Buffer.alloc(5)),
  );
  await client.next(({ type, streamId }) => type === FrameType.RST_STREAM && streamId === 1);
});

it('an invalid timeout is INVALID_ARGUMENT', async () => {
  const { url } = await startServer();
  const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
  const error = await failureOf(users.getUser({}, { headers: { 'grpc-timeout': 'soon' } }));
  expect(error.code).toBe(Code.InvalidArgument);
});

it.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['4m', 4],
  ['5000u', 5],
  ['6000000n', 6],
  ['99999999S', 99_999_999_000],
  ['100000000S', Number.NaN],
  ['1', Number.NaN],
  ['-1S', Number.NaN],
  ['1.5S', Number.NaN],
  ['', Number.NaN],
])('grpc-timeout %j is %d ms', (text, ms) => {
  expect(parseGrpcTimeout(text)).toBe(ms);
});

it.each([
  ['0', 0],
  ['5000', 5_000],
  ['9999999999', 9_999_999_999],
  ['10000000000', Number.NaN],
  ['-1', Number.NaN],
  ['1.5', Number.NaN],
  ['5000m', Number.NaN],
])('connect-timeout-ms %j is %d ms', (text, ms) => {
  expect(parseConnectTimeout(text)).toBe(ms);
});
