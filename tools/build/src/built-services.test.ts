import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLine, nodeArgs, outputOf, Program, urlIn } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { services } from '@example/kit/services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleService } from './bundle-service.ts';

/** The user and group of `nobody`. Only root can start a program as another user. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;

/** The timeout of a graceful shutdown, in milliseconds. */
const endMs = 20_000;

let place: string;
let data: string;
let node: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'built-'));
  chmodSync(place, 0o755);
  for (const service of services()) {
    const folder = join(place, 'out', service.folder);
    mkdirSync(folder, { recursive: true });
    await bundleService(service, folder);
    // A place from which no module of the repository can be resolved.
    cpSync(folder, join(place, service.folder), { recursive: true });
  }
  rmSync(join(place, 'out'), { recursive: true });
  mkdirSync(join(place, 'bin'));
  node = join(place, 'bin/node');
  copyFileSync(process.execPath, node);
});
afterAll(() => rmSync(place, { recursive: true }));

beforeEach(() => {
  data = mkdtempSync(join(place, 'data-'));
  if (nobody !== undefined) chownSync(data, nobody, nobody);
});

const running: Program[] = [];
afterEach(() => Promise.all(running.splice(0).map((program) => program.end('SIGKILL'))));

/** Runs the start script of a service. */
async function start(name: string) {
  const { scripts } = JSON.parse(readFileSync(join(place, name, 'package.json'), 'utf8'));
  const flags = scripts.start.split(' ').slice(1, -1);
  const errors: string[] = [];
  const program = new Program(node, [...flags, join(place, name, 'main.js')], {
    cwd: '/',
    user: nobody,
    isEnvClean: true,
    env: { PATH: join(place, 'bin'), PORT: '0', DATABASE_URL: `sqlite:${data}/${name}.db` },
    onLine: (line) => {
      if (jsonLine(line) === undefined) errors.push(line);
    },
  });
  running.push(program);
  const url = await program.waitForLine(urlIn);
  return { url, program, errors };
}

async function getUser(url: string, id: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ id });
  return await (await fetch(`${url}/user.v1.UserService/GetUser`, { method: 'POST', headers, body })).json();
}

describe.each(services())('the build of $folder', ({ folder: name }) => {
  it('is JavaScript with source maps and licences, and nothing of the workspace', () => {
    const files = readdirSync(join(place, name));
    const others = files.filter((file) => !/^[\w-]+\.js(\.map)?$/.test(file));
    expect(others.sort()).toEqual(['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'package.json']);
    for (const file of files.filter((each) => each.endsWith('.js'))) {
      const code = readFileSync(join(place, name, file), 'utf8');
      expect(files).toContain(/^\/\/# sourceMappingURL=(.*)$/m.exec(code)?.[1]);
    }
    const licences = readFileSync(join(place, name, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^@connectrpc\/connect [\d.]+\n=+\n\nLicence: Apache-2.0$/m);
    expect(licences).toMatch(/^pino [\d.]+\n=+\n\nThe MIT License/m);
  });

  it('opens no debugger on SIGUSR1', async () => {
    const { url, program, errors } = await start(name);
    program.signal('SIGUSR1');
    await fetch(url);
    expect(await program.end('SIGTERM', endMs)).toMatchObject({ code: 0 });
    expect(errors).toEqual([]);
  });

  it('ends with 0 on SIGTERM, whichever module it is loading', async () => {
    const read = (await endWhileReading(name, 'nothing')).modules;
    expect(read.length).toBeGreaterThan(5);
    // The first modules install the signal handler. Before it is installed, SIGTERM kills the process, but none of our
    // code has run.
    const late = read.slice(read.findIndex((module) => module.startsWith('src-')));
    for (const module of late) expect({ module, ...(await endWhileReading(name, module)) }).toMatchObject({ code: 0 });
  });
});

it('runs the tour of the README, as a user who may write only to its data', async () => {
  const users = await start('user-service');
  const orders = await start('order-service');
  const client = await outputOf('node', [join(root, 'examples/node-client/client.js'), new URL(users.url).host]);
  expect(client).toMatch(/created: \{ id: '4', name: 'Saoirse'/);
  const typed = join(root, 'examples/ts-client/src/main.ts');
  const tour = await outputOf('node', [...nodeArgs(typed), '--users', users.url, '--orders', orders.url]);
  expect(tour).toMatch(/CreateUser: 5 Saoirse/);
  expect(tour).toMatch(/total 30.25, PENDING/);
  expect(tour).toMatch(/Aoife hears 1\. Aoife/);
  expect(tour).toMatch(/INVALID_ARGUMENT: 2 invalid fields/);

  // An error that was thrown on the store's thread keeps its class.
  const used = { name: 'Aoife', email: 'a@example.com', requestId: '01936a2f-7c3e-7b1a-9f00-aabbccddeeff' };
  await createUser(users.url, used);
  expect(await createUser(users.url, { ...used, name: 'Other' })).toMatchObject({ code: 'already_exists' });

  expect(await users.program.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  const again = await start('user-service');
  expect(await getUser(again.url, '4')).toMatchObject({ id: '4', name: 'Saoirse' });
  for (const { program } of [again, orders]) expect(await program.end('SIGTERM', endMs)).toMatchObject({ code: 0 });
});

async function createUser(url: string, user: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(user);
  return await (await fetch(`${url}/user.v1.UserService/CreateUser`, { method: 'POST', headers, body })).json();
}

/** Starts a service, and sends it SIGTERM when it loads a module, or else when it listens. */
async function endWhileReading(name: string, module: string): Promise<{ code: number | null; modules: string[] }> {
  const preload = `
    import { registerHooks } from 'node:module';
    import { basename } from 'node:path';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) registerHooks({
      load(url, context, nextLoad) {
        if (url.startsWith('file:')) process.stderr.write(basename(url) + '\\n');
        if (url.endsWith('/${module}')) process.kill(process.pid, 'SIGTERM');
        return nextLoad(url, context);
      },
    });`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, join(place, name, 'main.js')];
  const env = { PORT: '0', DATABASE_URL: `sqlite:${data}/${module}.db` };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let read = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    read += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('listening')) child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, modules: read.trim().split('\n') };
}
