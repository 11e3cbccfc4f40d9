import { fileURLToPath } from 'node:url';
import { installEnvoy } from '@example/kit/envoy';
import { buildGo, examplePython, examplePythonPath, installPython, needProgram } from '@example/kit/toolchains';
import { nginxWithKeepalive } from '@example/proxies/proxies';
import { callBy, connectFetch, connectGrpcJs, connectNode, connectOurs } from './callers.ts';
import { callByChromium } from './chromium.ts';
import type { Load } from './load.ts';
import { callByProgram } from './program.ts';
import { throughEnvoy, throughNginx } from './proxies.ts';

export interface RolloutClient {
  readonly name: string;
  /** Losses that are the client's own fault: their reasons, and what the results page writes of them. */
  readonly ownLoss?: { readonly reason: RegExp; readonly cause: string };
  /** Builds or installs what the client needs. @throws {ToolchainMissingError} */
  readonly prepare?: () => unknown;
  /** How the client is called. @param podPorts the ports that pods have in turn, for balancers that know each pod */
  readonly load: (podPorts: readonly number[]) => Load;
}

const goProgram = fileURLToPath(new URL('./programs/go', import.meta.url));
const pythonProgram = fileURLToPath(new URL('./programs/client.py', import.meta.url));
const buildGoProgram = () => buildGo(goProgram, '.', 'rollout-go');

export const clients: readonly RolloutClient[] = [
  { name: '`packages/rpc-client`', load: () => callBy(connectOurs) },
  { name: 'grpc-js', load: () => callBy(connectGrpcJs) },
  {
    name: 'connect-node',
    ownLoss: {
      reason: /NGHTTP2_REFUSED_STREAM/,
      cause:
        '`node:http2` of the client refuses a call itself that is made after GOAWAY has arrived, and before it reports it',
    },
    load: () => callBy(connectNode),
  },
  { name: 'grpc-go', prepare: buildGoProgram, load: () => callByProgram(async () => [await buildGoProgram()]) },
  {
    name: 'grpcio',
    prepare: () => installPython(examplePython),
    load: () => callByProgram(async () => [examplePython.python, pythonProgram], { PYTHONPATH: examplePythonPath }),
  },
  {
    name: 'Chromium, gRPC-Web, through Envoy',
    prepare: () => {
      needProgram('chromium');
      installEnvoy();
    },
    load: (podPorts) => throughEnvoy(podPorts, callByChromium),
  },
  { name: '`fetch` of Node, HTTP/1.1', load: () => callBy(connectFetch) },
  {
    name: '`fetch` of Node, HTTP/1.1, through nginx',
    prepare: nginxWithKeepalive.prepare,
    load: () => throughNginx(callBy(connectFetch)),
  },
];
