import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { installEnvoy } from '@example/kit/envoy';
import { freePort } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { skipReason } from '@example/kit/toolchains';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { devServices } from './dev-service.ts';
import { listenerOn } from './listener-on.ts';
import { runDev } from './run-dev.ts';

const envoyMissing = await skipReason(installEnvoy);

let data: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'dev-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  rmSync(data, { recursive: true });
});

/** Runs `pnpm dev`, without pnpm, and without the web page if its port is not chosen. */
function dev(...options: string[]) {
  const args = options.includes('--page-port') ? options : [...options, '--no-web-page'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/run.ts', 'dev', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  return {
    child,
    output: () => output,
    exit: async () => (await once(child, 'exit'))[0] as number | null,
    /** Resolves when the output matches for the `count`th time. */
    printed: (pattern: RegExp, count = 1) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if ([...output.matchAll(new RegExp(pattern, 'g'))].length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function listenOnFreePort(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Reserves a free port for each service. @returns the options for them, and the ports of two services */
async function freePorts(): Promise<{ args: string[]; user: number; order: number }> {
  const ports = new Map<string, number>();
  for (const { name } of devServices()) ports.set(name, await freePort());
  const args = [...ports].flatMap(([name, port]) => [`--${name}-port`, `${port}`]);
  return { args, user: ports.get('user') as number, order: ports.get('order') as number };
}

function touch(path: string): void {
  const now = new Date();
  utimesSync(join(root, path), now, now);
}

async function createUser(port: number, name: string): Promise<unknown> {
  const response = await fetch(`http://localhost:${port}/user.v1.UserService/CreateUser`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, email: 'a@example.com' }),
  });
  return await response.json();
}

describe('pnpm dev', () => {
  it('runs all services, restarts on a change, keeps the data, starts with empty stores on --fresh, stops on Ctrl-C', async () => {
    const ports = await freePorts();
    const args = ['--data', data, ...ports.args];

    const first = dev(...args);
    await first.printed(/Try in another terminal/);
    expect(first.output()).toMatch(new RegExp(`UserService +http://localhost:${ports.user}\n`));
    expect(first.output()).toMatch(new RegExp(`OrderService +http://localhost:${ports.order}\n`));
    expect(await createUser(ports.user, 'Maeve')).toMatchObject({ id: '4' });

    touch('packages/user-service/src/main.ts');
    await first.printed(/user-service is listening/, 2);
    expect(await createUser(ports.user, 'Maeve')).toMatchObject({ id: '5' });

    first.child.kill('SIGINT');
    expect(await first.exit()).toBe(0);
    expect(first.output().match(/closed/g)).toHaveLength(devServices().length + 1);

    const notOurs = join(data, 'notes.txt');
    writeFileSync(notOurs, 'keep');
    const second = dev(...args, '--fresh');
    await second.printed(/Try in another terminal/);
    expect(await createUser(ports.user, 'Maeve')).toMatchObject({ id: '4' });
    expect(existsSync(notOurs)).toBe(true);
    second.child.kill('SIGTERM');
    expect(await second.exit()).toBe(0);
  });

  it('reports a service that was killed, still stops on Ctrl-C, and keeps its data for the next run', async () => {
    const ports = await freePorts();
    const args = ['--data', data, ...ports.args];
    const first = dev(...args);
    await first.printed(/Try in another terminal/);
    expect(await createUser(ports.user, 'Maeve')).toMatchObject({ id: '4' });
    process.kill(Number(/INFO \((\d+)\): user-service is listening/.exec(first.output())?.[1]), 'SIGKILL');
    await first.printed(/user-service has ended without a shutdown\. It starts again/);
    touch('packages/user-service/src/main.ts');
    await first.printed(/Restarting/);
    first.child.kill('SIGINT');
    expect(await first.exit()).toBe(0);

    const second = dev(...args);
    await second.printed(/Try in another terminal/);
    expect(await createUser(ports.user, 'Maeve')).toMatchObject({ id: '5' });
    second.child.kill('SIGINT');
    expect(await second.exit()).toBe(0);
  });

  it('requires TLS and tokens with --secure, and prints how to call the services with them', async () => {
    const ports = await freePorts();
    const run = dev('--secure', '--data', data, ...ports.args);
    await run.printed(/Try in another terminal/);
    expect(run.output()).toMatch(new RegExp(`UserService +https://localhost:${ports.user}\n`));
    const token = /TOKEN=(\S+)/.exec(run.output())?.[1];
    const call = (authorization?: string) =>
      new Promise<string>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
        const ca = readFileSync(join(data, 'secure/ca.pem'));
        const url = `https://localhost:${ports.user}/user.v1.UserService/GetUser`;
        request(url, { method: 'POST', ca, headers }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.once('end', () => resolve(body));
        })
          .once('error', reject)
          .end('{"id":"1"}');
      });
    expect(await call(`Bearer ${token}`)).toContain('"name":"Aoife"');
    expect(await call()).toContain('unauthenticated');
  });

  it('serves the web page, whose origin the services allow, and accounts for its sign-in with --tokens', async () => {
    const [ports, pagePort] = [await freePorts(), `${await freePort()}`];
    const run = dev('--data', data, '--tokens', ...ports.args, '--page-port', pagePort);
    await run.printed(/Try in another terminal/);
    const origin = `http://localhost:${pagePort}`;
    expect(run.output()).toContain(`Web page       ${origin}`);
    expect(await (await fetch(origin)).text()).toContain('<div id="root">');
    const accounts = (await (await fetch(`${origin}/dev-accounts.json`)).json()) as { token: string }[];
    const call = (headers: Record<string, string>) =>
      fetch(`http://localhost:${ports.user}/user.v1.UserService/ListUsers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, ...headers },
        body: '{}',
      });
    expect((await call({})).status).toBe(401);
    for (const { token } of accounts) {
      const response = await call({ authorization: `Bearer ${token}` });
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    }
    expect(accounts).toHaveLength(3);
    run.child.kill('SIGINT');
    expect(await run.exit()).toBe(0);
    expect(listenerOn(Number(pagePort))).toBeUndefined();
  });

  it.skipIf(envoyMissing)(
    `runs Envoy in front of the services with --envoy${envoyMissing === undefined ? '' : `: ${envoyMissing}`}`,
    async () => {
      const envoyPort = await freePort();
      const run = dev('--data', data, ...(await freePorts()).args, '--envoy', '--envoy-port', `${envoyPort}`);
      await run.printed(/Try in another terminal/);
      expect(run.output()).toContain(`Envoy          http://localhost:${envoyPort}`);
      expect(await createUser(envoyPort, 'Maeve')).toMatchObject({ id: '4' });
      run.child.kill('SIGINT');
      expect(await run.exit()).toBe(0);
      expect(listenerOn(envoyPort)).toBeUndefined();
    },
  );

  it('refuses a web page whose name was bound to this machine', async () => {
    const ports = await freePorts();
    const run = dev('--data', data, ...ports.args);
    await run.printed(/Try in another terminal/);
    const socket = connect(ports.user, '127.0.0.1');
    socket.write('POST /user.v1.UserService/GetUser HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n');
    socket.write('content-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 421 /);
  });

  it('gives each service its own debugger port, and ends both when it is killed', async () => {
    const ports = await freePorts();
    process.env['NODE_OPTIONS'] = '--inspect=0';
    const run = dev('--data', data, ...ports.args);
    delete process.env['NODE_OPTIONS'];
    await run.printed(/service +\| Debugger listening/, devServices().length);
    await run.printed(/Try in another terminal/);
    expect(run.output()).not.toContain('address already in use');
    run.child.kill('SIGKILL');
    await run.exit();
    await expect.poll(() => [listenerOn(ports.user), listenerOn(ports.order)]).toEqual([undefined, undefined]);
  });

  it('stops when the reader of its output has exited', async () => {
    const run = dev('--data', data, ...(await freePorts()).args);
    await run.printed(/Try in another terminal/);
    run.child.stdout.destroy();
    touch('packages/user-service/src/main.ts');
    expect(await run.exit()).toBe(0);
    expect(run.output()).not.toContain('EPIPE');
  });

  it('does not touch the data of another running pnpm dev, and reports it', async () => {
    const first = dev('--data', data, ...(await freePorts()).args);
    await first.printed(/Try in another terminal/);
    const second = dev('--data', data, ...(await freePorts()).args, '--fresh');
    expect(await second.exit()).toBe(1);
    expect(second.output()).toMatch(
      /user-service\.db is in use by another process: stop that process first, or choose another folder/,
    );
    expect(existsSync(join(data, 'user-service.db'))).toBe(true);
  });

  it('prints what to do when a service cannot start', async () => {
    writeFileSync(join(data, 'order-service.db'), 'a letter to Aoife '.repeat(100));
    const run = dev('--data', data, ...(await freePorts()).args);
    await run.printed(/order-service: .*order-service\.db.* not a database/);
    await run.printed(/It starts again when one of its files changes/);
  });
});

describe('pnpm dev, before it starts anything,', () => {
  /** Runs the command in this process. */
  async function run(...args: string[]): Promise<{ code: number; output: string }> {
    let output = '';
    const stream = {
      write: (text: string) => {
        output += text;
        return true;
      },
    } as unknown as typeof process.stdout;
    const code = await runDev([...args, '--no-web-page'], {
      stdout: stream,
      stderr: stream as unknown as typeof process.stderr,
    });
    return { code, output };
  }

  it('names each port that is in use', async () => {
    const server = await listenOnFreePort();
    const { port } = server.address() as AddressInfo;
    const { args } = await freePorts();
    expect(await run('--data', data, ...args, '--user-port', `${port}`)).toEqual({
      code: 1,
      output: expect.stringMatching(
        `^Port ${port} of UserService is in use: stop process ${process.pid} \\(.+\\), or choose another port with --user-port N\\.\n$`,
      ),
    });
    server.close();
  });

  it.each([
    ['--help', 0, /^Runs all services on this machine/],
    ['--frsh', 1, /^pnpm dev: Unknown option '--frsh'/],
    ['--user-port=50051', 1, /^pnpm dev: --user-port and --order-port must differ, but both are 50051/],
    ['--user-port=none', 1, /^pnpm dev: --user-port must be a port from 1 to 65535, not "none"/],
  ])('parses %s', async (arg, code, text) => {
    expect(await run(arg)).toEqual({ code, output: expect.stringMatching(text) });
  });
});
