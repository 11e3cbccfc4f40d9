import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';
import { startServer } from '../../../../packages/http2/src/testing/answer-server.ts';
import { startEnvoy } from './envoy.ts';
import { Recorder } from './recorder.ts';

const root = join(import.meta.dirname, '../../../..');
const captures = join(import.meta.dirname, '../../captures');
const longestMs = 60_000;
/** What is kept of a connection, in bytes, up to the end of a frame: enough to begin from. */
const mostBytes = 24 * 1024;

const run = async (command: string, args: readonly string[], env = {}) => {
  await promisify(execFile)(command, [...args], { timeout: longestMs, env: { ...process.env, ...env } });
};
const url = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;

/** Clients of any HTTP/2 server, given the port to call. */
const httpClients: Record<string, (port: number) => Promise<unknown>> = {
  curl: (port) =>
    run('curl', ['-s', '--http2-prior-knowledge', '-H', 'te: trailers', '-d', 'x'.repeat(5_000), url(port, '/a')]),
  nghttp: (port) =>
    run('nghttp', ['-n', '--trailer', 'a: b', '-d', join(root, 'LICENSE'), url(port, '/a'), url(port, '/b?c')]),
  h2load: (port) => run('h2load', ['-n', '60', '-c', '1', '-m', '10', url(port, '/a')]),
  envoy: async (port) => {
    const envoy = await startEnvoy(port);
    try {
      const patience = ['--retry', '20', '--retry-connrefused', '--retry-delay', '1'];
      await run('curl', ['-s', ...patience, url(envoy.port, '/a'), url(envoy.port, '/b'), '-d', 'x'.repeat(3_000)]);
    } finally {
      envoy.end();
    }
  },
};

/** Clients of both services, of which the calls to OrderService are recorded. */
const serviceClients: Record<string, (user: string, order: string) => Promise<unknown>> = {
  'grpc-go': async (user, order) => {
    const client = await buildGo(join(root, 'examples/go'), './cmd/client', 'example-client');
    await run(client, ['-user-address', user, '-order-address', order]);
  },
  grpcio: async (user, order) => {
    const folder = join(root, 'examples/python');
    const environment = new PythonEnvironment({
      folder: join(folder, '.venv'),
      requirements: join(folder, 'requirements.txt'),
    });
    environment.install(() => {});
    const PYTHONPATH = [join(root, 'gen/python'), join(folder, 'src')].join(':');
    await run(environment.python, ['-m', 'example_services.client', '--user-address', user, '--order-address', order], {
      PYTHONPATH,
    });
  },
  'grpc-js': (_user, order) => run(process.execPath, [join(root, 'examples/node-client/client.js'), order]),
};

async function recordHttp(name: string, isTls: boolean, call: (port: number) => Promise<unknown>): Promise<number> {
  await using server = await startServer();
  return await record(name, await Recorder.open(server.port, isTls), (recorder) => call(recorder.port));
}

async function recordServices(name: string, call: (user: string, order: string) => Promise<unknown>): Promise<number> {
  const server = await startServices();
  try {
    const recorder = await Recorder.open(name === 'grpc-js' ? server.user : server.order, false);
    return await record(name, recorder, ({ port }) => call(`127.0.0.1:${server.user}`, `127.0.0.1:${port}`));
  } finally {
    server.end();
  }
}

/** Both services of the Go example. */
async function startServices(): Promise<{ user: number; order: number; end: () => void }> {
  const program = await buildGo(join(root, 'examples/go'), './cmd/server', 'example-server');
  const server = spawn(program, ['-user-address', '127.0.0.1:0', '-order-address', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text: string[] = [];
  const found = () => [...text.join('').matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (bytes) => text.push(String(bytes)));
  while (found().length < 2) await Promise.race([once(server.stdout, 'data'), once(server.stderr, 'data')]);
  const [user, order] = found() as [number, number];
  return { user, order, end: () => server.kill() };
}

async function record(
  name: string,
  recorder: Recorder,
  call: (recorder: Recorder) => Promise<unknown>,
): Promise<number> {
  try {
    await call(recorder);
  } finally {
    recorder.close();
  }
  const longest = recorder.connections.map((pieces) => Buffer.concat(pieces)).sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) throw new Error('nobody has called');
  writeFileSync(join(captures, `${name}.bin`), longest.subarray(0, mostBytes));
  return longest.length;
}

const chromium = (port: number) =>
  run('chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--ignore-certificate-errors',
    '--dump-dom',
    `https://127.0.0.1:${port}/a`,
  ]);

const all: [string, () => Promise<number>][] = [
  ...Object.entries(httpClients).map(([name, call]): [string, () => Promise<number>] => [
    name,
    () => recordHttp(name, false, call),
  ]),
  ['chromium', () => recordHttp('chromium', true, chromium)],
  ...Object.entries(serviceClients).map(([name, call]): [string, () => Promise<number>] => [
    name,
    () => recordServices(name, call),
  ]),
];

/**
 * Records what real clients say into proofs/fuzz/captures. It needs Go, Python, curl, nghttp, h2load, Chromium and Envoy on the PATH: the
 * capture of a client that is missing stays as it is.
 *
 * @param wanted the name of a client, or `all`
 * @returns the exit code: 0 when each of them was recorded
 */
export async function recordCaptures(wanted: string, print: (line: string) => void): Promise<number> {
  let code = 0;
  for (const [name, recordOne] of all) {
    if (wanted !== 'all' && wanted !== name) continue;
    try {
      print(`${name}: ${await recordOne()} bytes`);
    } catch (error) {
      code = 1;
      print(`${name}: ${(error as Error).message}`);
    }
  }
  return code;
}
