// Runs the commands of docs/guides/services.md in a copy of the repository, without edits by hand except for "Edit a
// proto". The new service is then called from three languages, and `pnpm check` passes.
import { globSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, jsonLine, nodeArgs, Program, urlIn } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { run } from '@example/release';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { missingToolchain } from '../missing-toolchain.ts';
import { copyRepository, edit } from '../repository-copy.ts';

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 });

const missing = missingToolchain();

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'services-guide-'));
  if (missing) return;
  await copyRepository(copy);
  for (const path of globSync('{tools,examples}/**/.venv', { cwd: root, exclude: ['**/node_modules'] })) {
    symlinkSync(join(root, path), join(copy, path));
  }
  await pnpm('install', '--frozen-lockfile');
});
afterAll(() => rm(copy, { recursive: true }));

/** The environment at a terminal: with CI set, pnpm would refuse a package that the lockfile lacks. */
const env = { ...process.env, pnpm_config_frozen_lockfile: 'false' };
const pnpm = async (...args: string[]) => await run('pnpm', args, { cwd: copy, env });

const guide = readFileSync(join(root, 'docs/guides/services.md'), 'utf8');

/** Runs the commands in a section of the guide, except for those that only run or check something. */
async function follow(title: string): Promise<void> {
  const [section = ''] = guide.split(`## ${title}\n`)[1]?.split('\n## ') ?? [];
  const commands = [...section.matchAll(/`pnpm ([^`]+)`/g)].map(([, command = '']) => command.replaceAll('\n', ' '));
  const steps = commands.filter((command) => !/^(dev|check|new|new field)$/.test(command));
  expect(steps).not.toEqual([]);
  for (const step of steps) await pnpm(...step.split(' '));
}

type Answer = Record<string, Record<string, unknown>>;

/** Calls StockService, in its own process with the store of the copy. */
async function call(method: string, request: object): Promise<Answer> {
  const main = join(copy, 'packages/stock-service/src/main.ts');
  const DATABASE_URL = `sqlite:${join(copy, '.data/stock.db')}`;
  const env = { PORT: '0', AUTH: 'off', LOG_LEVEL: 'debug', DATABASE_URL };
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  await using service = new Program(process.execPath, nodeArgs(main), { cwd: copy, env, onLine });
  const url = await service.waitForLine(urlIn);
  const response = await fetch(`${url}/stock.v1.StockService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'req-of-test' },
    body: JSON.stringify(request),
  });
  const answer = (await response.json()) as Answer;
  await service.end('SIGTERM', 10_000);
  // The handler's own logger wrote these lines, with the method and the request id.
  const own = lines.filter((line) => jsonLine(line)?.['msg'] === method);
  for (const line of own) expect(jsonLine(line)?.['requestId']).toBe('req-of-test');
  if (method === 'ReserveStock') expect(own).toHaveLength(1);
  return answer;
}

/** The output of `pnpm dev` in the copy while the port of StockService is already in use. */
async function devWithBusyPort(): Promise<string> {
  const server = createServer().listen(0, 'localhost');
  const port = await new Promise<number>((resolve) => {
    server.once('listening', () => resolve((server.address() as { port: number }).port));
  });
  const options = ['--stock-port', `${port}`];
  for (const { name } of services()) options.push(`--${name}-port`, `${await freePort()}`);
  try {
    return await pnpm('dev', ...options).catch((error: unknown) => String(error));
  } finally {
    server.close();
  }
}

it.skipIf(missing)(
  'a service, a method and fields that are added by commands alone are called, and pass pnpm check',
  async () => {
    const field = '  string email = 3;\n';
    const phone = `${field}\n  // At most 50 characters.\n  string phone = 4;\n`;
    await edit(join(copy, 'proto/user/v1/user.proto'), field, phone);
    await follow('Edit a proto');

    await follow('Add a service');
    const request = { stock: { name: 'Bolts' }, requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
    const before = await call('CreateStock', request);
    expect(before['stock']).toMatchObject({ id: 'stock-1', name: 'Bolts' });

    await follow('Add a method');
    await follow('Add a field');
    expect(await call('CreateStock', request)).toEqual(before);
    const reused = { ...request, stock: { name: 'Bolts', colour: 'red' } };
    expect(await call('CreateStock', reused)).toMatchObject({ code: 'already_exists' });
    expect(await call('CreateStock', { ...request, reason: 'why' })).toMatchObject({ code: 'already_exists' });
    await call('UpdateStock', { stock: { id: 'stock-1', colour: 'red' } });
    expect((await call('ReserveStock', { id: 'stock-1' }))['stock']).toMatchObject({ name: 'Bolts', colour: 'red' });
    expect(await devWithBusyPort()).toMatch(/of StockService is in use: .* choose another port with --stock-port N/);

    const clients = ['ts gRPC', 'go', 'python'].flatMap((name) => ['--client', name]);
    expect(await pnpm('conformance', 'matrix', '--server', 'ts', ...clients)).toContain(' 0 failed');
    await pnpm('test', '--project', 'stock-service', 'store/sqlite', 'domain', 'authorization', 'stock-service.test');
    expect(await pnpm('check')).toContain(' 0 failed');
  },
);
