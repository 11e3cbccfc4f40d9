import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceProcess, startProcess } from '@example/rpc-server/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const userService = join(here, '../../packages/user-service/src/main.ts');
const env = { PATH: process.env['PATH'] };

/** The output of the client with a store in which the next user has the given id. */
const output = (id: number) => `got user: { id: '1', name: 'Aoife', email: 'aoife@example.com' }
created: { id: '${id}', name: 'Saoirse', email: 'saoirse@example.com' }
count: ${id}
`;

interface Result {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `node client.js` in a folder. */
function run(folder: string, ...args: string[]): Promise<Result> {
  return runProgram('client.js', folder, ...args);
}

function runProgram(program: string, folder: string, ...args: string[]): Promise<Result> {
  return new Promise((resolve) =>
    execFile(process.execPath, [program, ...args], { env, cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
}

describe('client.js with UserService on a new store', () => {
  let folder: string;
  let service: ServiceProcess;
  let address: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'node-client-'));
    service = await startProcess(userService, { DATABASE_URL: `sqlite:${folder}/user.db` });
    address = new URL(service.url).host;
  });
  afterEach(async () => {
    await service.end('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('prints the responses of the three calls', async () => {
    expect(await run(here, address)).toEqual({ code: 0, stdout: output(4), stderr: '' });
    expect(await run(here, address)).toEqual({ code: 0, stdout: output(5), stderr: '' });
  });

  it.each([
    ['./proto', 'proto', []],
    ['the package from npm', 'node_modules/@example/protos/proto', []],
    ['the folder it is given', 'node_modules/given', ['--proto', 'node_modules/given']],
  ])('runs in a folder of its own with the protos of %s', async (_, protos, args) => {
    const own = join(folder, 'own');
    cpSync(join(here, 'client.js'), join(own, 'client.js'));
    cpSync(join(here, '../../proto'), join(own, protos), { recursive: true });
    mkdirSync(join(own, 'node_modules'), { recursive: true });
    symlinkSync(join(here, 'node_modules/@grpc'), join(own, 'node_modules/@grpc'));
    expect(await run(own, ...args, address)).toEqual({ code: 0, stdout: output(4), stderr: '' });
  });

  it('counts the users of all pages', async () => {
    for (let id = 4; id <= 60; id++) {
      const response = await fetch(`${service.url}/user.v1.UserService/CreateUser`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Maeve', email: 'maeve@example.com' }),
      });
      expect(await response.json()).toMatchObject({ id: `${id}` });
    }
    expect((await run(here, address)).stdout).toBe(output(61));
  });

  it('migrates from v1 to v2', async () => {
    expect(await runProgram('v1-to-v2.js', here, address)).toEqual({
      code: 0,
      stdout: `by v1: 4 Saoirse
by v2: usr-4 Saoirse
changed: 0 Gaillimh
changed: undefined Corcaigh Éire
by v1: { id: '4', name: 'Saoirse', email: 'saoirse@example.com' }
`,
      stderr: '',
    });
  });

  it('ends silently when the reader of its output closes the pipe', async () => {
    const child = spawn(process.execPath, ['client.js', address], {
      env,
      cwd: here,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');
    expect(stderr).toBe('');
  });
});

describe('client.js without UserService', () => {
  it('reports the address where nothing listens, and how to start the service', async () => {
    expect(await run(here, '127.0.0.1:1')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^client\.js: UserService at 127\.0\.0\.1:1 is unavailable \(.*ECONNREFUSED.*\): `pnpm dev` .* starts it\n$/,
      ),
    });
  });

  it('reports an error of v1-to-v2.js', async () => {
    const { code, stdout, stderr } = await runProgram('v1-to-v2.js', here, '127.0.0.1:1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^v1-to-v2\.js: 14 UNAVAILABLE: .*ECONNREFUSED.*\n$/);
  });

  it('sends a deadline and prints the error of the server', async () => {
    const timeouts: unknown[] = [];
    const server = createServer();
    server.on('stream', (stream, headers) => {
      timeouts.push(headers['grpc-timeout']);
      stream.respond(
        { 'content-type': 'application/grpc', 'grpc-status': '5', 'grpc-message': 'there is no user 1' },
        { endStream: true },
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const stderr = `client.js: NOT_FOUND from ${address}: there is no user 1\n`;
      expect(await run(here, address)).toEqual({ code: 1, stdout: '', stderr });
      // The client sends less than 5 s, because connecting takes a part of its timeout.
      expect(timeouts).toEqual([expect.stringMatching(/^[1-5]\d{3}m$|^5S$/)]);
    } finally {
      server.close();
    }
  });

  it.each([
    ['an option it does not know', ['--addr'], /^client\.js: Unknown option '--addr'.*\n$/],
    [
      'a folder without protos',
      ['--proto', 'node_modules'],
      /^client\.js: there is no \S*user.proto in node_modules\n$/,
    ],
  ])('reports in one line what is wrong with %s', async (_, args, stderr) => {
    expect(await run(here, ...args)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  it('prints its usage with --help', async () => {
    const { code, stdout } = await run(here, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Calls GetUser, CreateUser and ListUsers.*\n\n {2}node client\.js \[--proto DIR\]/);
  });
});
