import { execFile, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClients } from './clients.ts';
import { orderErrorsOutput, ordersOutput } from './orders.expected.ts';
import { run } from './run.ts';

const here = import.meta.dirname;
const packages = join(here, '../../../packages');
const env = { PATH: process.env['PATH'] };
const command = ['--import', 'tsx', join(here, 'main.ts')];
const nowhere = 'http://127.0.0.1:1';

interface Result {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the client in a process. */
function client(...args: string[]): Promise<Result> {
  return new Promise((resolve) =>
    execFile(process.execPath, [...command, ...args], { env, cwd: here }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

/** Replaces everything that differs between runs by a word. */
function masked(output: string): string {
  return output
    .replaceAll(/ord-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ORDER')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replace(/DEADLINE_EXCEEDED: .*/, 'DEADLINE_EXCEEDED: WORDS')
    .replace(/CANCELLED: .*/, 'CANCELLED: WORDS');
}

const usersOutput = `Users:
  GetUser: 1 Aoife <aoife@example.com>
  CreateUser: 4 Saoirse <saoirse@example.com>
  ListUsers, page 1: 1 Aoife, 2 Cillian
  ListUsers, page 2: 3 Niamh, 4 Saoirse
`;

const errorsOutput = `Errors:
  CreateUser with two bad fields
    INVALID_ARGUMENT: 2 invalid fields: name must have 1 to 200 characters and no control characters, and 1 more
    - name must have 1 to 200 characters and no control characters
    - email must be an address such as aoife@example.com of at most 254 characters
    What to do: correct the request: the same request would fail again.
  GetUser with an id that no user has
    NOT_FOUND: there is no user 9223372036854775807
    - USER_NOT_FOUND of user.example.com: user_id = 9223372036854775807
    What to do: check the id: a retry helps only if a resource with this id is created.
  GetUser where nothing listens
    UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:1
    What to do: try again after 100 ms, then 200 ms and so on up to some seconds, each time plus or minus a random part, and stop at the deadline; a write may have been done anyway: repeat it with the same request_id.
`;

const v2Output = `From v1 to v2:
  CreateUser by v1: 5 Saoirse
  GetUser by v2: usr-5 Saoirse
  UpdateUser without a mask: usr-5 Saoirse; aged 0; reader; Gaillimh, Éire
  UpdateUser of age and address.city: usr-5 Saoirse; reader; Corcaigh, Éire
  CreateUser by v2: usr-6 Saoirse; aged 30
  GetUser by v1: 6 Saoirse
  ListUsers by v2, from the page_token of v1 on: usr-2 Cillian
`;

const output = [usersOutput, ordersOutput, errorsOutput, orderErrorsOutput, v2Output].join('');

describe('ts-client with both services on new stores', () => {
  let folder: string;
  let services: ServiceProcess[];
  let usersUrl: string;
  let ordersUrl: string;
  let addresses: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ts-client-'));
    services = [];
    const start = async (name: string) => {
      const DATABASE_URL = `sqlite:${join(folder, name)}.db`;
      const service = await startProcess(join(packages, name, 'src/main.ts'), { DATABASE_URL });
      services.push(service);
      return service.url;
    };
    [usersUrl, ordersUrl] = await Promise.all([start('user-service'), start('order-service')]);
    addresses = ['--users', usersUrl, '--orders', ordersUrl];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.end('SIGKILL')));
    rmSync(folder, { recursive: true });
  });

  it('prints every RPC and the explanations of errors', async () => {
    const { code, stdout, stderr } = await client(...addresses);
    expect(stderr).toBe('');
    expect(masked(stdout)).toBe(output);
    expect(code).toBe(0);
  });

  it('requests at most three pages of users', async () => {
    const { users } = createClients({ users: usersUrl, orders: ordersUrl });
    for (let id = 4; id <= 6; id++) await users.createUser({ name: `user ${id}`, email: 'user@example.com' });
    const { code, stdout } = await client(...addresses);
    expect(stdout).toContain(`
  CreateUser: 7 Saoirse <saoirse@example.com>
  ListUsers, page 1: 1 Aoife, 2 Cillian
  ListUsers, page 2: 3 Niamh, 4 user 4
  ListUsers, page 3: 5 user 5, 6 user 6
  ListUsers: there are more, from page_token djE6Ng on
`);
    expect(code).toBe(0);
  });

  it('calls every RPC, and each call has a deadline', async () => {
    const calls = new Map<unknown, unknown[]>();
    const record = (message: unknown) => {
      const { headers } = message as { headers: Record<string, unknown> };
      const timeouts = calls.get(headers[':path']) ?? [];
      calls.set(headers[':path'], [...timeouts, headers['grpc-timeout']]);
    };
    subscribe('http2.client.stream.created', record);
    const errors: unknown[] = [];
    try {
      expect(await run(addresses, { log: () => {}, error: (line) => errors.push(line) })).toBe(0);
    } finally {
      unsubscribe('http2.client.stream.created', record);
    }
    expect(errors).toEqual([]);
    const rpcs = [UserService, UserServiceV2, OrderService].flatMap(({ typeName, methods }) =>
      methods.map(({ name }) => `/${typeName}/${name}`),
    );
    expect([...calls.keys()].sort()).toEqual(rpcs.sort());
    for (const timeouts of calls.values()) expect(timeouts).not.toContain(undefined);
  });

  it('reports which service is not running', async () => {
    const { code, stdout, stderr } = await client('--users', usersUrl, '--orders', nowhere);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Orders:\n$/);
    expect(stderr).toBe(
      `ts-client: OrderService at ${nowhere} is unavailable (connect ECONNREFUSED 127.0.0.1:1): ` +
        '`pnpm dev` in the repository starts both services\n',
    );
  });

  it('reports in one line that another service listens at the address', async () => {
    const { code, stderr } = await client('--users', ordersUrl, '--orders', usersUrl);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `ts-client: UserService at ${ordersUrl} failed with UNIMPLEMENTED: there is no method /user.v1.UserService/GetUser\n`,
    );
  });

  it('ends silently when the reader of its output closes the pipe', async () => {
    const args = [...command, ...addresses];
    const child = spawn(process.execPath, args, { env, cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');
    expect(stderr).toBe('');
  });
});

describe('ts-client without services', () => {
  it('reports the missing service in one line', async () => {
    expect(await client('--users', nowhere, '--orders', nowhere)).toEqual({
      code: 1,
      stdout: 'Users:\n',
      stderr:
        `ts-client: UserService at ${nowhere} is unavailable (connect ECONNREFUSED 127.0.0.1:1): ` +
        '`pnpm dev` in the repository starts both services\n',
    });
  });

  it.each([
    [['--user', 'x'], /^ts-client: Unknown option '--user'.*\n$/],
    [
      ['--orders', 'localhost:50051'],
      'ts-client: --orders must be a URL such as http://localhost:9000, not "localhost:50051"\n',
    ],
    [['--users', 'http://['], 'ts-client: --users must be a URL such as http://localhost:9000, not "http://["\n'],
    [['surplus'], /^ts-client: Unexpected argument 'surplus'.*\n$/],
  ])('reports in one line what is wrong with %j', async (args, stderr) => {
    const result = await client(...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(stderr);
    expect(result.stderr.match(/\n/g)).toHaveLength(1);
  });

  it('prints its usage with --help', async () => {
    const { code, stdout } = await client('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Calls every RPC of UserService and OrderService.*--users URL.*--orders URL/s);
  });
});
