// A driver that knows no proto: it asks the servers for their types, and calls with JSON.
//
//   USER_ADDRESS=HOST:PORT ORDER_ADDRESS=HOST:PORT tsx reflection.ts [--list | --describe SERVICE/METHOD]
import { parseArgs } from 'node:util';
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
import { describeMethod } from './describe-method.ts';
import { channelCredentials, codeOf, collect } from './grpc-js-call.js';
import { addressOf, answerLines } from './lines.js';
import { requestFrom } from './request-from.ts';
import { learn, type ServerTypes } from './server-types.ts';
import { detailsOf } from './status-details.js';

const servers = new Map<string, Promise<ServerTypes>>();
const clients = new Map<DescService, Client>();

const { values } = parseArgs({ options: { list: { type: 'boolean' }, describe: { type: 'string' } } });
if (values.list) {
  for (const line of await list()) process.stdout.write(`${line}\n`);
} else if (values.describe !== undefined) {
  process.stdout.write(`${describeMethod(await methodNamed(values.describe))}\n`);
} else {
  await answerLines(async (call) => {
    const method = await methodNamed(call.method);
    const requests = call.requests.map((json) => requestFrom(method.input, json));
    const { answers, error } = await collect(
      clientOf(method.parent),
      method.name,
      definitionOf(method),
      requests,
      call,
    );
    return {
      answers: answers.map((answer) => toJson(method.output, answer) as JsonObject),
      ...codeOf(error),
      details: detailsOf(error),
    };
  });
}

/** The methods of all services of both servers, each once. */
async function list(): Promise<Set<string>> {
  const lines = new Set<string>();
  for (const name of ['user.v1', 'order.v1']) {
    const { services, registry } = await typesOf(name);
    for (const service of services) {
      for (const method of registry.getService(service)?.methods ?? []) lines.add(`${service}/${method.name}`);
    }
  }
  return lines;
}

/** Each server is asked once. */
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

/** What generated code would hold. */
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
