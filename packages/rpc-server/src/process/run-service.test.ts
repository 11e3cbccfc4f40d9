import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { freePort } from '@example/kit/programs';
import { UserService } from '@example/protos/user/v1';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Health } from '../gen/health/v1/health_pb.ts';
import { testEnvironment } from '../testing/test-config.ts';
import { unreadPipe } from '../testing/unread-pipe.ts';

// A process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const packageRoot = join(import.meta.dirname, '../..');

it.each(['a pipe that nobody reads', 'a full disk'])(
  'a service that logs to %s serves, and ends on SIGTERM',
  async (to) => {
    const port = await freePort();
    const stdout = to === 'a full disk' ? openSync('/dev/full', 'w') : unreadPipe().fd;
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/testing/fault-server.ts'], {
      cwd: packageRoot,
      env: { ...process.env, ...testEnvironment, PORT: `${port}`, LOG_LEVEL: 'info', LOG_BUFFER_BYTES: '65536' },
      stdio: ['ignore', stdout, 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    const transport = createGrpcTransport({ baseUrl: `http://localhost:${port}` });
    const check = () => createClient(Health, transport).check({});
    await expect.poll(() => check().catch(() => undefined), { timeout: 20_000 }).toMatchObject({ status: 1 });
    const users = createClient(UserService, transport);
    // These calls log twice as many lines as the pipe and the buffer hold.
    for (let i = 0; i < 1_000; i += 100) {
      await Promise.all(Array.from({ length: 100 }, () => users.getUser({ id: '7' })));
    }
    await check();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  },
);

it('an exception that nothing catches is in the log, and ends the service with status 1', async () => {
  const program = `
    import { runService } from './src/process/run-service.ts';
    await runService({
      name: 'test',
      readConfig: () => ({ server: { workers: 1, logLevel: 'info', logBufferBytes: 65_536, auth: {} } }),
      start: async () => {
        setImmediate(() => Promise.reject(new TypeError('a bug')));
        return { url: 'http://localhost' };
      },
    });
    setInterval(() => {}, 1_000);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  const last = JSON.parse(log.trimEnd().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ level: 60, err: { type: 'TypeError', message: 'a bug' } });
});

it.each([
  ['unix:/nobody/here.sock', /cannot create \/nobody\/here.sock: its folder must exist/],
  [`unix:${import.meta.dirname}`, /is in use, or is not a socket/],
])('a service that cannot listen on %s reports why', (host, reason) => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/testing/fault-server.ts'], {
    cwd: packageRoot,
    env: { ...process.env, ...testEnvironment, HOST: host },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(reason);
});
