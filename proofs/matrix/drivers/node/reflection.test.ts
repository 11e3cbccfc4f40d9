import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const here = import.meta.dirname;
let folder: string;
let services: ServiceProcess[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reflection-'));
  services = await Promise.all(
    ['user-service', 'order-service'].map((name) =>
      startProcess(join(here, '../../../../packages', name, 'src/main.ts'), {
        DATABASE_URL: `sqlite:${join(folder, name)}.db`,
      }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.end('SIGKILL')));
  rmSync(folder, { recursive: true });
});

async function print(...args: string[]): Promise<string> {
  const [USER_ADDRESS, ORDER_ADDRESS] = services.map(({ url }) => new URL(url).host);
  const env = { PATH: process.env['PATH'], USER_ADDRESS, ORDER_ADDRESS };
  const command = ['--import', 'tsx', join(here, 'reflection.ts'), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: here, env });
  return stdout;
}

it('lists the methods of both servers', async () => {
  expect((await print('--list')).split('\n')).toEqual(
    expect.arrayContaining([
      'grpc.health.v1.Health/Check',
      'grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      'user.v1.UserService/GetUser',
      'order.v1.OrderService/OrderChat',
    ]),
  );
});

it('describes a method with its messages', async () => {
  expect(
    await print('--describe', 'order.v1.OrderService/OrderChat'),
  ).toBe(`rpc order.v1.OrderService/OrderChat (stream order.v1.ChatMessage) returns (stream order.v1.ChatMessage)

message order.v1.ChatMessage {
  string order_id = 1;
  string sender = 2;
  string text = 3;
  google.protobuf.Timestamp create_time = 4;
  int64 sequence = 5;
  string message_id = 6;
}
`);
});
