import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { type CallOptions, Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RetryInfoSchema,
} from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { type RunningServer, serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createClients } from './clients.ts';
import { explainError } from './explain-error.ts';

let server: RunningServer | undefined;
afterEach(() => server?.close(0));

type Handler = (context: HandlerContext) => Promise<never> | never;

/** The explanation of the error that `handler` throws. */
async function explained(handler: Handler, options: CallOptions = {}): Promise<string[]> {
  server = await serve({
    config: testConfig,
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: (_, context) => handler(context) }),
  });
  const { users } = createClients({ users: server.url, orders: server.url });
  return await users.getUser({ id: '1' }, { timeoutMs: 30_000, ...options }).then(() => ['it succeeded'], explainError);
}

const failWith =
  (message: string, code: Code, ...details: ConstructorParameters<typeof ConnectError>[3] & object): Handler =>
  () => {
    throw new ConnectError(message, code, undefined, details);
  };

/** Runs until its call is cancelled or its deadline has passed. */
const workOn: Handler = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('explainError', () => {
  it.each<[string, Handler, string[]]>([
    [
      'INVALID_ARGUMENT with every invalid field',
      failWith('3 invalid fields', Code.InvalidArgument, {
        desc: BadRequestSchema,
        value: {
          fieldViolations: [
            { field: 'name', description: 'must not be empty' },
            { field: 'items[2].unit_price', description: 'must be finite' },
            { field: 'items[3].quantity', description: 'must be 1 or more' },
          ],
        },
      }),
      [
        'INVALID_ARGUMENT: 3 invalid fields',
        '- name must not be empty',
        '- items[2].unit_price must be finite',
        '- items[3].quantity must be 1 or more',
        'What to do: correct the request: the same request would fail again.',
      ],
    ],
    [
      'INVALID_ARGUMENT without details',
      failWith('it does not decode', Code.InvalidArgument),
      ['INVALID_ARGUMENT: it does not decode', 'What to do: correct the request: the same request would fail again.'],
    ],
    [
      'NOT_FOUND with its reason and metadata',
      failWith('no such user', Code.NotFound, {
        desc: ErrorInfoSchema,
        value: { reason: 'USER_NOT_FOUND', domain: 'user.example.com', metadata: { user_id: '7', shard: '2' } },
      }),
      [
        'NOT_FOUND: no such user',
        '- USER_NOT_FOUND of user.example.com: user_id = 7, shard = 2',
        expect.stringContaining('check the id'),
      ],
    ],
    [
      'UNAVAILABLE',
      failWith('draining', Code.Unavailable),
      ['UNAVAILABLE: draining', expect.stringMatching(/try again after 100 ms, then 200 ms .* random part/)],
    ],
    [
      'UNAUTHENTICATED',
      failWith('no token', Code.Unauthenticated),
      ['UNAUTHENTICATED: no token', expect.stringContaining('get a new token')],
    ],
    [
      'PERMISSION_DENIED',
      failWith('not yours', Code.PermissionDenied),
      ['PERMISSION_DENIED: not yours', expect.stringContaining('ask for the permission')],
    ],
    [
      'RESOURCE_EXHAUSTED with a time to wait',
      failWith('too many calls', Code.ResourceExhausted, {
        desc: RetryInfoSchema,
        value: { retryDelay: durationFromMs(1_250) },
      }),
      ['RESOURCE_EXHAUSTED: too many calls', 'What to do: try again after 1250 ms, and call less often.'],
    ],
    [
      'RESOURCE_EXHAUSTED without one',
      failWith('too large', Code.ResourceExhausted),
      ['RESOURCE_EXHAUSTED: too large', expect.stringContaining('send less in one message')],
    ],
    [
      'FAILED_PRECONDITION with what it lacks',
      failWith('not active', Code.FailedPrecondition, {
        desc: PreconditionFailureSchema,
        value: { violations: [{ type: 'USER_STATE', subject: 'usr-1', description: 'the user must be active' }] },
      }),
      [
        'FAILED_PRECONDITION: not active',
        '- USER_STATE of usr-1: the user must be active',
        expect.stringContaining('change the state first'),
      ],
    ],
    [
      'INTERNAL without an id',
      failWith('broken', Code.Internal),
      ['INTERNAL: broken', expect.stringMatching(/report it, with the time\.$/)],
    ],
    [
      'a code that the services do not use',
      failWith('lost', Code.DataLoss),
      ['DataLoss: lost', expect.stringContaining('read the message')],
    ],
  ])('explains %s', async (_, handler, lines) => {
    expect(await explained(handler)).toEqual(lines);
  });

  it('reports the id of the error in the log of the server', async () => {
    const lines = await explained(() => {
      throw new TypeError('secret');
    });
    const id = /^INTERNAL: internal error \(error (.{36})\)$/.exec(lines[0] ?? '')?.[1];
    expect(id).toBeDefined();
    expect(lines[1]).toBe(
      `What to do: this is a bug in the server: do not repeat the call but report it, with the id ${id}.`,
    );
    expect(lines).toHaveLength(2);
  });

  it('explains a deadline that has passed', async () => {
    expect(await explained(workOn, { timeoutMs: 50 })).toEqual([
      expect.stringMatching(/^DEADLINE_EXCEEDED: /),
      expect.stringContaining('repeat the request with the same request_id'),
    ]);
  });

  it('explains a call that this side cancelled', async () => {
    const controller = new AbortController();
    const handler: Handler = (context) => {
      controller.abort();
      return workOn(context);
    };
    expect(await explained(handler, { signal: controller.signal })).toEqual([
      expect.stringMatching(/^CANCELLED: /),
      expect.stringContaining('this client cancelled the call'),
    ]);
  });

  it('explains an RPC that the server does not have', async () => {
    server = await serve({ config: testConfig, logger: silentLogger, routes: () => {} });
    const { users } = createClients({ users: server.url, orders: server.url });
    const lines = await users.getUser({ id: '1' }, { timeoutMs: 30_000 }).then(() => [], explainError);
    expect(lines).toEqual([expect.stringMatching(/^UNIMPLEMENTED: /), expect.stringContaining('check the address')]);
  });
});
