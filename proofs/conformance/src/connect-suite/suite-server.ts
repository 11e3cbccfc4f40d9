// The server that connectconformance starts, once for each configuration. connectconformance writes the configuration
// to its standard input, reads the address from its standard output, and ends it with SIGTERM.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type RunningServer, serve } from '@example/rpc-server';
import { pino } from 'pino';
import {
  type ServerCompatRequest,
  ServerCompatRequestSchema,
  ServerCompatResponseSchema,
} from '../gen/connectrpc/conformance/v1/server_compat_pb.ts';
import { suiteServerConfig } from '../server-settings.ts';
import { conformanceRoutes } from './conformance-service.ts';
import { delimited, readDelimited } from './delimited.ts';

/** The largest limit, which allows messages of any size. */
const noLimit = 0xffff_ffff;

async function readRequest(): Promise<ServerCompatRequest> {
  for await (const message of readDelimited(process.stdin)) return fromBinary(ServerCompatRequestSchema, message);
  throw new Error('standard input ended before the configuration of the server');
}

async function start({
  useTls,
  serverCreds,
  clientTlsCert,
  messageReceiveLimit,
}: ServerCompatRequest): Promise<RunningServer> {
  const text = (pem: Uint8Array) => Buffer.from(pem).toString();
  const tls = {
    cert: text(serverCreds?.cert ?? new Uint8Array()),
    key: text(serverCreds?.key ?? new Uint8Array()),
    ...(clientTlsCert.length > 0 && { clientCa: text(clientTlsCert) }),
  };
  return await serve({
    config: {
      ...suiteServerConfig({ HTTP2: process.env['HTTP2'] }),
      maxMessageBytes: messageReceiveLimit || noLimit,
      ...(useTls && { tls: () => tls }),
    },
    logger: pino({ level: 'error' }, pino.destination(process.stderr.fd)),
    routes: conformanceRoutes,
  });
}

const request = await readRequest();
const server = await start(request);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => server.close(0).finally(() => process.exit(0)));
}
const { hostname: host, port } = new URL(server.url);
const response = create(ServerCompatResponseSchema, {
  host,
  port: Number(port),
  ...(request.useTls && request.serverCreds && { pemCert: request.serverCreds.cert }),
});
process.stdout.write(delimited(toBinary(ServerCompatResponseSchema, response)));
