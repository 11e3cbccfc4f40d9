import { fileURLToPath } from 'node:url';
import { buildGo, PythonEnvironment } from '@example/kit/toolchains';
import { nodeArgs } from '../processes/node-program.ts';
import { root } from '../root.ts';
import { prepareChromium } from './chromium-client.ts';
import { curlAtOnce, prepareCurl } from './curl-client.ts';
import { behindEnvoy } from './envoy.ts';
import { programClient } from './program-client.ts';
import type { Play, RealClient } from './real-client.ts';

const program = (path: string) => new URL(`./programs/${path}`, import.meta.url);

/** What has grpcio. */
const pythonFolder = `${root}examples/python`;
const python = new PythonEnvironment({
  folder: `${pythonFolder}/.venv`,
  requirements: `${pythonFolder}/requirements.txt`,
});

async function prepareGo(signal: AbortSignal): Promise<Play> {
  return programClient(await buildGo(fileURLToPath(program('go')), '.', 'real-client-go', signal));
}

async function preparePython(): Promise<Play> {
  python.install((text) => process.stderr.write(text));
  return programClient(python.python, [fileURLToPath(program('python/client.py'))]);
}

function node(file: string, env = {}): () => Promise<Play> {
  return async () => programClient(process.execPath, nodeArgs(program(`node/${file}`)), env);
}

export const realClients: readonly RealClient[] = [
  { name: 'grpc-go', prepare: prepareGo },
  // One of its connections asks for the protos.
  { name: 'grpcio', connections: 2, prepare: preparePython },
  { name: 'grpc-js', prepare: node('grpc-js.ts') },
  { name: 'connect-node, gRPC', prepare: node('connect.ts', { PROTOCOL: 'grpc' }) },
  { name: 'connect-node, gRPC-Web', prepare: node('connect.ts', { PROTOCOL: 'grpc-web' }) },
  { name: 'connect-node, Connect', prepare: node('connect.ts', { PROTOCOL: 'connect' }) },
  {
    name: 'curl, HTTP/2, TLS',
    ability: { isJson: true, atOnce: curlAtOnce, cancels: 3 },
    otherwise: { '1,000 calls at once': `${curlAtOnce} at once` },
    isTls: true,
    connections: 5,
    prepare: (signal) => prepareCurl('2', signal),
  },
  {
    name: 'curl, HTTP/2, prior knowledge',
    // Up to version 8.0 it cannot make another call on such a connection.
    ability: { isJson: true, large: 1, without: ['cancel', '1,000 calls at once'] },
    connections: 3,
    prepare: (signal) => prepareCurl('h2c', signal),
  },
  {
    name: 'curl, HTTP/1.1',
    ability: { isJson: true, atOnce: 1, cancels: 1 },
    otherwise: {
      '10,000 messages both ways': 'one way, then the other',
      cancel: 'on a connection each',
      '1,000 calls at once': 'one by one',
    },
    connections: 6,
    prepare: (signal) => prepareCurl('1.1', signal),
  },
  {
    name: 'Chromium, TLS',
    ability: { isJson: true, atOnce: 100 },
    otherwise: { '1,000 calls at once': '100 at once' },
    isTls: true,
    isOptional: true,
    prepare: prepareChromium,
  },
  { name: 'grpc-go, through Envoy', prepare: async (signal) => behindEnvoy(await prepareGo(signal)) },
];
