import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { freePort } from '@example/kit/programs';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { InvalidFieldsError, NotFoundError, StoreOverloadedError, StoreUnavailableError } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, recordingLogger, startServer } from '../testing/test-server.ts';

const secret = 'SELECT secret FROM somewhere';
const internalError = /^internal error \(error ([0-9a-f-]{36})\)$/;

describe.each(transports)('an error over %s', (_, transport) => {
  /** The error that a client receives when the handler throws `error`. */
  async function received(error: unknown): Promise<ConnectError> {
    const getUser = () => {
      throw error;
    };
    const { url } = await startServer({ users: { getUser } });
    return await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
  }

  it('InvalidFieldsError is INVALID_ARGUMENT with the fields as BadRequest', async () => {
    const violation = { field: 'lines[2].width', description: 'must be a finite number' };
    const error = await received(new InvalidFieldsError([violation], 3));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toContain('3 invalid fields');
    expect(error.findDetails(BadRequestSchema)).toMatchObject([{ fieldViolations: [violation] }]);
  });

  it('NotFoundError is NOT_FOUND with the reason as ErrorInfo', async () => {
    const info = { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: '7' } };
    const error = await received(new NotFoundError('no user 7', info.reason, info.domain, info.metadata));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([info]);
  });

  it('StoreUnavailableError is UNAVAILABLE and hides the cause', async () => {
    const error = await received(new StoreUnavailableError(secret));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.message).not.toContain(secret);
  });

  it('StoreOverloadedError is UNAVAILABLE with RetryInfo', async () => {
    const error = await received(new StoreOverloadedError());
    expect(error.code).toBe(Code.Unavailable);
    expect(error.findDetails(RetryInfoSchema)).toMatchObject([{ retryDelay: { seconds: 1n } }]);
  });

  it('a bug is INTERNAL and hides its message and details', async () => {
    const error = await received(new TypeError(secret));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toMatch(internalError);
    expect(error.details).toEqual([]);
  });

  it('a response that cannot be encoded is INTERNAL, and the log has the reason once', async () => {
    const { logger, lines } = recordingLogger();
    const getUser = () => ({ id: secret, name: 5 as never });
    const { url } = await startServer({ users: { getUser }, logger });
    const error = await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
    expect(error.code).toBe(Code.Internal);
    const [, errorId] = internalError.exec(error.rawMessage) ?? [];
    expect(errorId, error.rawMessage).toBeDefined();
    expect(lines.filter((line) => line['errorId'] === errorId)).toHaveLength(1);
  });

  it('a text above 1,024 characters is cut', async () => {
    const error = await received(new ConnectError('x'.repeat(20_000), Code.NotFound));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: `${'x'.repeat(1_024)}…` });
  });

  it('a text that is cut within a pair of surrogates stays well-formed', async () => {
    const error = await received(new ConnectError(`x${'😀'.repeat(1_024)}`, Code.NotFound));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: `x${'😀'.repeat(511)}\ufffd…` });
  });

  it('a ConnectError that cannot be changed is passed on with its text cut', async () => {
    const getUser = () => Promise.reject(Object.freeze(new ConnectError('x'.repeat(1_025), Code.NotFound)));
    const { url } = await startServer({ users: { getUser } });
    const error = await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: `${'x'.repeat(1_024)}…` });
  });

  it('whose properties cannot be read is INTERNAL', async () => {
    const refuse = () => {
      throw unreadable;
    };
    const unreadable: Error = new Proxy(new Error(), { get: refuse, has: refuse, getPrototypeOf: refuse });
    const getUser = () => Promise.reject(unreadable);
    const { logger, lines } = recordingLogger();
    const { url } = await startServer({ users: { getUser }, logger });
    const error = await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
    expect(error.code).toBe(Code.Internal);
    const [, errorId] = internalError.exec(error.rawMessage) ?? [];
    expect(lines).toContainEqual(expect.objectContaining({ errorId, msg: 'a call failed unexpectedly' }));
  });

  it('that another server has sent gets the x-request-id of this request', async () => {
    const getUser = () => {
      throw new ConnectError('no', Code.Aborted, { 'x-request-id': 'of the other server', 'x-kept': 'kept' });
    };
    async function* listNotes() {
      getUser();
      yield {};
    }
    const { url } = await startServer({ users: { getUser }, notes: { listNotes } });
    const headers = { 'x-request-id': 'mine' };
    const unary = await failureOf(createClient(UserService, transport(url)).getUser({}, { headers }));
    const stream = await failureOf(all(createClient(NoteService, transport(url)).listNotes({}, { headers })));
    for (const { metadata } of [unary, stream]) {
      expect([metadata.get('x-request-id'), metadata.get('x-kept')]).toEqual(['mine', 'kept']);
    }
  });

  it('of a call that the handler makes keeps a code that applies to this call, and discloses only an id', async () => {
    const otherCall = (error: unknown) => async () => {
      const other = await startServer({ users: { getUser: () => Promise.reject(error) } });
      await createClient(UserService, transport(other.url)).getUser({});
    };
    const unreachable = async () => {
      await createClient(UserService, transport(`http://127.0.0.1:${await freePort()}`)).getUser({});
    };
    for (const [call, words, code] of [
      [unreachable, /ECONNREFUSED/, Code.Unavailable],
      [otherCall(new ConnectError('try later', Code.Unavailable)), /try later/, Code.Unavailable],
      [otherCall(new ConnectError('no token', Code.Unauthenticated)), /no token/, Code.Internal],
      [otherCall(new NotFoundError('no user 7', 'NOT_FOUND', 'user.example.com', {})), /no user 7/, Code.Internal],
    ] as const) {
      const { logger, lines } = recordingLogger();
      const getUser = async () => {
        await call();
        return {};
      };
      const { url } = await startServer({ users: { getUser }, logger });
      const error = await failureOf(createClient(UserService, transport(url)).getUser({ id: '7' }));
      expect(error).toMatchObject({ code, details: [] });
      const [, errorId] = /^a call to another service failed \(error ([0-9a-f-]{36})\)$/.exec(error.rawMessage) ?? [];
      expect(lines).toContainEqual(
        expect.objectContaining({ errorId, err: expect.objectContaining({ message: expect.stringMatching(words) }) }),
      );
    }
  });

  it('a ConnectError is passed on, also with a cause', async () => {
    const cause = new TypeError(secret);
    const error = await received(
      new ConnectError('the stock is not known', Code.Unavailable, undefined, undefined, cause),
    );
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: 'the stock is not known' });
  });

  it('a ConnectError is passed on', async () => {
    const error = await received(new ConnectError('not yet', Code.FailedPrecondition));
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: 'not yet' });
  });

  it('a stream that throws after its first message ends with the mapped error', async () => {
    const { url } = await startServer({
      notes: {
        async *listNotes() {
          yield { id: 'note-1' };
          throw new TypeError(secret);
        },
      },
    });
    const ids: string[] = [];
    const read = async () => {
      for await (const { id } of createClient(NoteService, transport(url)).listNotes({})) ids.push(id);
    };
    const error = await failureOf(read());
    expect(ids).toEqual(['note-1']);
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toMatch(internalError);
  });
});

it('the log has a bug under the id that the client gets', async () => {
  const { logger, lines } = recordingLogger();
  const getUser = () => {
    throw new TypeError(secret);
  };
  const { url } = await startServer({ users: { getUser }, logger });
  const response = await fetch(`${url}/user.v1.UserService/GetUser`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { message } = (await response.json()) as { message: string };
  const [, errorId] = internalError.exec(message) ?? [];
  expect(lines.filter(({ msg }) => msg !== 'call')).toEqual([
    expect.objectContaining({
      errorId,
      rpc: 'user.v1.UserService/GetUser',
      err: expect.objectContaining({ type: 'TypeError', message: secret }),
    }),
  ]);
});
