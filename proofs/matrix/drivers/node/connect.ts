// The driver of Connect's clients. TRANSPORT is the protocol: grpc, grpc-web or connect. LIBRARY is connect-node or
// rpc-client.
import { readFileSync } from 'node:fs';
import { createRegistry, type DescMethod, type JsonObject, type MessageShape, toJson } from '@bufbuild/protobuf';
import { ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { file_google_rpc_error_details } from '@example/protos/google/rpc/error_details';
import { createTransport, type TransportOptions } from '@example/rpc-client';
import { status } from '@grpc/grpc-js';
import { apiServices } from '../../src/api-services.ts';
import type { Call } from '../../src/driver.ts';
import { addressOf, headersOf, serveLines } from './lines.js';
import { requestFrom } from './request-from.ts';

const { CA_FILE, LIBRARY = 'connect-node', TRANSPORT = 'grpc' } = process.env;

const transports: Readonly<Record<string, (options: { baseUrl: string; nodeOptions: object }) => Transport>> = {
  grpc: createGrpcTransport,
  'grpc-web': (options) => createGrpcWebTransport({ ...options, httpVersion: '2' }),
  connect: (options) => createConnectTransport({ ...options, httpVersion: '2' }),
};

function transportTo(address: string): Transport {
  if (LIBRARY === 'rpc-client') {
    const protocol = TRANSPORT as NonNullable<TransportOptions['protocol']>;
    return createTransport({ target: address, protocol, ...(CA_FILE && { tls: { ca: CA_FILE } }) });
  }
  const baseUrl = `${CA_FILE ? 'https' : 'http'}://${address}`;
  const transport = transports[TRANSPORT]?.({ baseUrl, nodeOptions: CA_FILE ? { ca: readFileSync(CA_FILE) } : {} });
  if (transport === undefined) throw new Error(`TRANSPORT must be one of ${Object.keys(transports).join(', ')}`);
  return transport;
}

const clients = apiServices.map((service) => ({
  service,
  client: createClient(service, transportTo(addressOf(service.typeName))),
}));

// When a server ends, connect-node may throw the error of its idle connection where nobody can catch it:
// https://github.com/connectrpc/connect-es/issues/1768.
process.on('uncaughtException', (error) => {
  if (!error.message.includes('received GOAWAY without any open streams')) throw error;
});

/** The types that details may have. */
const registry = createRegistry(file_google_rpc_error_details);

await serveLines(async (call) => {
  const [typeName, name] = call.method.split('/');
  const { service, client } = clients.find((candidate) => candidate.service.typeName === typeName) ?? {};
  const method = service?.methods.find((candidate) => candidate.name === name);
  if (client === undefined || method === undefined) throw new Error(`there is no method ${call.method}`);
  const responses: JsonObject[] = [];
  const ended = Promise.withResolvers<void>();
  try {
    for await (const response of responsesOf(client as unknown as AnyClient, method, call, ended.promise)) {
      responses.push(toJson(method.output, response) as JsonObject);
    }
    return { responses, code: 'OK' };
  } catch (reason) {
    const error = ConnectError.from(reason);
    return { responses, code: `${status[error.code]}`, message: error.rawMessage, details: detailsOf(error) };
  } finally {
    ended.resolve();
  }
});

/** A client of any service. Its streaming methods take or return async iterables. */
type AnyClient = Record<string, (request: unknown, options: object) => unknown>;

async function* responsesOf(client: AnyClient, method: DescMethod, call: Call, ended: Promise<void>) {
  const requests = call.requests.map((json) => requestFrom(method.input, json));
  const isStream = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
  const options = { headers: headersOf(call), timeoutMs: call.timeoutMs };
  const response = client[method.localName]?.(
    isStream ? streamOf(requests, call.holdOpen ? ended : undefined) : requests[0],
    options,
  );
  const givesStream = method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming';
  if (givesStream) yield* response as AsyncIterable<MessageShape<typeof method.output>>;
  else yield await (response as Promise<MessageShape<typeof method.output>>);
}

/** @param until keeps the stream open. Default: the stream ends after its messages */
async function* streamOf<T>(messages: readonly T[], until?: Promise<void>): AsyncIterable<T> {
  yield* messages;
  await until;
}

function detailsOf(error: ConnectError): JsonObject[] {
  return error.findDetails(registry).map((detail) => {
    const schema = registry.getMessage(detail.$typeName);
    if (schema === undefined) throw new Error(`a detail of an unknown type: ${detail.$typeName}`);
    return { '@type': `type.googleapis.com/${detail.$typeName}`, ...(toJson(schema, detail) as JsonObject) };
  });
}
