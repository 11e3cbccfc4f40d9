import { fileURLToPath } from 'node:url';
import { installEnvoy, startEnvoy } from '@example/kit/envoy';
import { nodeArgs } from '@example/kit/programs';
import { buildProgram, examplePython, installPython } from '@example/kit/toolchains';
import { prepareChromium } from './chromium-client.ts';
import { curlAtOnce, prepareCurl } from './curl-client.ts';
import { prepareGrpcWeb } from './grpc-web-client.ts';
import { programClient } from './program-client.ts';
import type { RealClient, RunChecks } from './real-client.ts';

/** Chromium makes at most 256 concurrent calls on a connection. */
const chromiumAtOnce = 100;

const program = (path: string) => new URL(`./programs/${path}`, import.meta.url);

async function prepareGo(signal: AbortSignal): Promise<RunChecks> {
  return programClient(await buildProgram(fileURLToPath(program('go')), '.', 'real-client-go', signal));
}

async function preparePython(): Promise<RunChecks> {
  installPython(examplePython);
  return programClient(examplePython.python, [fileURLToPath(program('python/client.py'))]);
}

function node(file: string, env = {}): () => Promise<RunChecks> {
  return async () => programClient(process.execPath, nodeArgs(program(`node/${file}`)), env);
}

/** @throws {ToolchainMissingError} */
async function throughEnvoy(runChecks: RunChecks): Promise<RunChecks> {
  installEnvoy();
  return async ({ url, ...target }, onResult) => {
    const envoy = await startEnvoy({ ports: [Number(new URL(url).port)], http: 2 });
    try {
      const front = { ...target, url: `http://127.0.0.1:${envoy.port}` };
      await envoy.program.during(() => runChecks(front, onResult));
    } finally {
      await envoy.end();
    }
  };
}

export const realClients: readonly RealClient[] = [
  { name: 'grpc-go', prepare: prepareGo },
  // grpcio opens a second connection for reflection.
  { name: 'grpcio', connections: 2, prepare: preparePython },
  { name: 'grpc-js', prepare: node('grpc-js.ts') },
  { name: 'connect-node, gRPC', prepare: node('connect.ts', { PROTOCOL: 'grpc' }) },
  { name: 'connect-node, gRPC-Web', prepare: node('connect.ts', { PROTOCOL: 'grpc-web' }) },
  { name: 'connect-node, Connect', prepare: node('connect.ts', { PROTOCOL: 'connect' }) },
  {
    name: 'curl, HTTP/2, TLS',
    ability: { isJson: true, atOnce: curlAtOnce, cancels: 3 },
    instead: { '1,000 calls at once': `${curlAtOnce} at once` },
    isTls: true,
    connections: 5,
    prepare: async () => prepareCurl('2'),
  },
  {
    name: 'curl, HTTP/2, prior knowledge',
    // Up to version 8.0, curl cannot make a second call on a connection with prior knowledge.
    ability: { isJson: true, large: 1, unsupported: ['cancel', '1,000 calls at once'] },
    connections: 3,
    prepare: async () => prepareCurl('h2c'),
  },
  {
    name: 'curl, HTTP/1.1',
    ability: { isJson: true, atOnce: 1, cancels: 1 },
    instead: {
      '10,000 messages both ways': 'one way, then the other',
      cancel: 'on a connection each',
      '1,000 calls at once': 'one by one',
    },
    connections: 6,
    prepare: async () => prepareCurl('1.1'),
  },
  {
    name: 'Chromium, TLS',
    ability: { isJson: true, atOnce: chromiumAtOnce },
    instead: { '1,000 calls at once': `${chromiumAtOnce} at once` },
    isTls: true,
    isOptional: true,
    prepare: prepareChromium,
  },
  {
    name: 'grpc-web, text mode, in Chromium, TLS',
    ability: { atOnce: chromiumAtOnce },
    instead: {
      '10,000 messages both ways': 'from the server',
      '1,000 calls at once': `${chromiumAtOnce} at once`,
    },
    isTls: true,
    isOptional: true,
    prepare: prepareGrpcWeb,
  },
  { name: 'grpc-go, through Envoy', prepare: async (signal) => await throughEnvoy(await prepareGo(signal)) },
];
