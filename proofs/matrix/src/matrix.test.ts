import { join } from 'node:path';
import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { nodeArgs } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { expect, it } from 'vitest';
import { type ClientKind, clients, type DriverCommand } from './clients.ts';
import { runMatrix } from './matrix.ts';
import { failuresOf, resultTable } from './report.ts';
import { type ServerKind, servers } from './servers.ts';

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const client = named(clients, 'ts gRPC');
const server = named(servers, 'ts');

/**
 * Turns client errors into errors of the handler. Otherwise a server does not pass errors of other calls on to its
 * clients.
 */
const passingErrors: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    const { rawMessage, code, metadata, details } = ConnectError.from(error);
    const isWrong = request.service === UserService && request.method.name === 'GetUser' && code === Code.NotFound;
    const passedOn = new ConnectError(rawMessage, isWrong ? Code.Unknown : code, isWrong ? undefined : metadata);
    if (!isWrong) passedOn.details = details;
    throw passedOn;
  }
};

/** The services, with UserService behind a proxy that replaces NOT_FOUND by another code. */
const serverWithOneWrongCode: ServerKind = {
  ...server,
  name: 'wrong',
  async start(mode, credentials, folder) {
    const right = await server.start(mode, credentials, folder);
    if (mode !== 'plain') return right;
    const transport = createGrpcTransport({
      baseUrl: `http://${right.addresses['user']}`,
      interceptors: [passingErrors],
    });
    const users = createClient(UserService, transport);
    const usersV2 = createClient(UserServiceV2, transport);
    const wrong = await serve({
      config: testConfig,
      logger: silentLogger,
      routes: (router) =>
        router
          .service(UserService, {
            createUser: (request) => users.createUser(request),
            listUsers: (request) => users.listUsers(request),
            getUser: (request) => users.getUser(request),
          })
          .service(UserServiceV2, {
            getUser: (request) => usersV2.getUser(request),
            createUser: (request) => usersV2.createUser(request),
            listUsers: (request) => usersV2.listUsers(request),
            updateUser: (request) => usersV2.updateUser(request),
          }),
    });
    return {
      ...right,
      addresses: { ...right.addresses, user: new URL(wrong.url).host },
      async end() {
        await wrong.close(0);
        await right.end();
      },
    };
  },
};

function fixture(name: string): DriverCommand {
  const program = join(import.meta.dirname, `${name}.fixture.ts`);
  return { command: [process.execPath, ...nodeArgs(program)], env: { TRANSPORT: 'grpc' } };
}

/** A timeout in milliseconds, long because each test starts many programs. */
const timeout = 180_000;

it('names the pair and the case when a server has one wrong code', { timeout }, async () => {
  const results = await runMatrix(
    [{ kind: client, driver: await client.prepare() }],
    [serverWithOneWrongCode, server],
    () => {},
  );
  expect(results.flatMap(failuresOf)).toEqual([
    'FAILED  ts gRPC → wrong, plain: an unknown user: code: expected "NOT_FOUND", was "UNKNOWN"',
  ]);
  expect(resultTable(results)).toMatch(/\n\| ts gRPC +\| 1 failed \| \d+ +\|$/);
});

it('names the pair and the case when a client loses one field', { timeout }, async () => {
  const kind: ClientKind = { ...client, name: 'forgetful' };
  const results = await runMatrix([{ kind, driver: fixture('forgetful-driver') }], [server], () => {});
  const lost = 'a name of 200 characters of four bytes: responses.0.email: expected "a@example.com", was undefined';
  expect(results.flatMap(failuresOf)).toEqual([
    `FAILED  forgetful → ts, plain: ${lost}`,
    `FAILED  forgetful → ts, secure: ${lost}`,
  ]);
});

it('accepts a cancellation at the deadline only from servers that reset streams', {
  timeout,
}, async () => {
  const kind: ClientKind = { ...client, name: 'late' };
  const resetting: ServerKind = { ...server, name: 'resetting', resetsAtDeadline: true };
  const results = await runMatrix([{ kind, driver: fixture('late-driver') }], [server, resetting], () => {});
  const cancelled = 'a chat that goes on until its deadline: code: expected "DEADLINE_EXCEEDED", was "CANCELLED"';
  expect(results.flatMap(failuresOf)).toEqual([
    `FAILED  late → ts, plain: ${cancelled}`,
    `FAILED  late → ts, secure: ${cancelled}`,
  ]);
});
