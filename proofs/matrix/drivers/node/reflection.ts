// The driver without protos. Reflection of the servers provides the types, and calls use JSON.
import {
  type DescMethod,
  type DescService,
  fromBinary,
  type JsonObject,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type Client, type MethodDefinition, makeGenericClientConstructor } from '@grpc/grpc-js';
import { channelCredentials, codeOf, collect } from './grpc-js-call.js';
import { addressOf, serveLines } from './lines.js';
import { requestFrom } from './request-from.ts';
import { learn, type ServerTypes } from './server-types.ts';
import { detailsOf } from './status-details.js';

const servers = new Map<string, Promise<ServerTypes>>();
const clients = new Map<DescService, Client>();

await serveLines(async (call) => {
  const method = await methodNamed(call.method);
  const requests = call.requests.map((json) => requestFrom(method.input, json));
  const client = clientOf(method.parent);
  const { responses, error } = await collect(client, method.name, definitionOf(method), requests, call);
  return {
    responses: responses.map((response) => toJson(method.output, response) as JsonObject),
    ...codeOf(error),
    details: detailsOf(error),
  };
});

/** The types of each server are requested once. */
function typesOf(name: string): Promise<ServerTypes> {
  const address = addressOf(name);
  const types = servers.get(address) ?? learn(address, process.env['TOKEN']);
  servers.set(address, types);
  return types;
}

/** @param name `user.v1.UserService/GetUser` */
async function methodNamed(name: string): Promise<DescMethod> {
  const [service = '', rpc] = name.split('/');
  const { registry } = await typesOf(name);
  const method = registry.getService(service)?.methods.find((candidate) => candidate.name === rpc);
  if (method === undefined) throw new Error(`the server has no method ${name}`);
  return method;
}

function clientOf(service: DescService): Client {
  const known = clients.get(service);
  if (known !== undefined) return known;
  const definitions = Object.fromEntries(service.methods.map((method) => [method.name, definitionOf(method)]));
  const GenericClient = makeGenericClientConstructor(definitions, service.typeName);
  const client = new GenericClient(addressOf(service.typeName), channelCredentials);
  clients.set(service, client);
  return client;
}

/** The definition that generated code would have. */
function definitionOf({ parent, name, input, output, proto }: DescMethod): MethodDefinition<Message, Message> {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: proto.clientStreaming,
    responseStream: proto.serverStreaming,
    requestSerialize: (message) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}
