import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordersOutput } from './orders.expected.ts';

const here = import.meta.dirname;
const packages = join(here, '../../../packages');

/** Runs the client in a process. */
function client(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', join(here, 'main.ts'), ...args];
  return new Promise((resolve) =>
    execFile(process.execPath, command, { env: { PATH: process.env['PATH'] }, cwd: here }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

const usersOutput = `got user: 1 Aoife <aoife@example.com>
created: 4 Saoirse <saoirse@example.com>
count: 4
no user: NOT_FOUND: there is no user 9007199254740993; USER_NOT_FOUND of user.example.com
`;

const v2Output = `5 of v1 in v2: usr-5 Saoirse
changed: usr-5 Saoirse; aged 0; Gaillimh, Éire
changed: usr-5 Saoirse; Corcaigh, Éire
`;

let folder: string;
let services: ServiceProcess[];
let addresses: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ts-proto-client-'));
  services = await Promise.all(
    ['user-service', 'order-service'].map((name) =>
      startProcess(join(packages, name, 'src/main.ts'), { DATABASE_URL: `sqlite:${join(folder, name)}.db` }),
    ),
  );
  addresses = services.map(({ url }) => new URL(url).host);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

it('ts-proto-client prints the responses of UserService and OrderService', async () => {
  const { code, stdout, stderr } = await client(...[`--users=${addresses[0]}`, `--orders=${addresses[1]}`]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/ord-[0-9a-f-]{36} of \S+Z/g, 'ORDER of TIME')).toBe(
    [usersOutput, ordersOutput, v2Output].join(''),
  );
});

it('ts-proto-client reports a failure in one line', async () => {
  const { code, stdout, stderr } = await client('--users', '127.0.0.1:1');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^ts-proto-client: UNAVAILABLE: .*ECONNREFUSED 127\.0\.0\.1:1.*\n$/);
});

it('ts-proto-client prints its usage with --help', async () => {
  const { code, stdout } = await client('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Calls UserService.*--users HOST:PORT/s);
});
