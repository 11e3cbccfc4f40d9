import { installEnvoy } from '@example/kit/envoy';
import { examplePython, installPython, needProgram } from '@example/kit/toolchains';
import { nginxWithKeepalive } from '@example/proxies/proxies';
import { callBy, connectFetch, connectGrpcJs, connectNode, connectOurs } from '../load/callers.ts';
import type { Load } from '../load/load.ts';
import { buildGoClient, callByGo, callByPython } from '../load/program.ts';
import { callByChromium } from './chromium.ts';
import { throughEnvoy, throughNginx } from './proxies.ts';

export interface RolloutClient {
  readonly name: string;
  /**
   * The failed calls that are the client's own fault: a pattern of their reasons, and the cause, which the results page
   * explains.
   */
  readonly ownLoss?: { readonly reason: RegExp; readonly cause: string };
  /** Builds or installs the dependencies of the client. @throws {ToolchainMissingError} */
  readonly prepare?: () => unknown;
  /**
   * Makes the calls of the client.
   *
   * @param podPorts the ports that pods use, one after the other, for balancers that know each pod
   */
  readonly load: (podPorts: readonly number[]) => Load;
}

export const clients: readonly RolloutClient[] = [
  { name: '`packages/rpc-client`', load: () => callBy(connectOurs) },
  { name: 'grpc-js', load: () => callBy(connectGrpcJs()) },
  {
    name: 'connect-node',
    ownLoss: {
      reason: /NGHTTP2_REFUSED_STREAM/,
      cause: 'refused by `node:http2` of the client',
    },
    load: () => callBy(connectNode),
  },
  { name: 'grpc-go', prepare: buildGoClient, load: () => callByGo() },
  { name: 'grpcio', prepare: () => installPython(examplePython), load: () => callByPython },
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
