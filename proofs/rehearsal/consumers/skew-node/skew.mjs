// Usage: node skew.mjs server | node skew.mjs client HOST:PORT... A server, or a client, of every method in the
// package, without the name of any: it fills every field with a value made from the field's name and number. A server
// reports the requests in the trailer skew-seen; a client prints the responses.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { create, toJson } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';

const manifest = JSON.parse(readFileSync('node_modules/@example/protos/package.json', 'utf8'));
const subpaths = Object.keys(manifest.exports).filter((subpath) => /\/v\d+$/.test(subpath));
const modules = await Promise.all(subpaths.map((subpath) => import(`@example/protos${subpath.slice(1)}`)));
const services = modules.flatMap((module) => Object.values(module)).filter(({ kind }) => kind === 'service');

function filled(type) {
  const message = reflect(type, create(type));
  for (const field of type.fields) {
    if (field.fieldKind !== 'list') message.set(field, fieldValue(field));
    else for (let i = 0; i < 2; i++) message.get(field).add(fieldValue(field));
  }
  return message.message;
}

function fieldValue(field) {
  if (field.message) return reflect(field.message, filled(field.message));
  if (field.enum) return field.enum.values[1].number;
  const { name, number } = field;
  const values = { 1: number + 0.5, 3: BigInt(number), 5: number, 8: true, 9: name };
  return values[field.scalar] ?? fail(`${field} has a type without a sample value`);
}

function fail(message) {
  throw new Error(message);
}

const jsonOf = (type, message) => toJson(type, message, { useProtoFieldName: true });

function serve() {
  const adapter = connectNodeAdapter({
    routes: (router) => {
      for (const service of services) {
        router.service(
          service,
          Object.fromEntries(service.methods.map((method) => [method.localName, handlerOf(method)])),
        );
      }
    },
  });
  const server = createServer(adapter).listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
}

function handlerOf({ methodKind, input, output }) {
  const report = ({ responseTrailer }, seen) =>
    responseTrailer.set('skew-seen', JSON.stringify(seen.map((message) => jsonOf(input, message))));
  switch (methodKind) {
    case 'unary':
      return (request, context) => {
        report(context, [request]);
        return filled(output);
      };
    case 'server_streaming':
      return async function* (request, context) {
        report(context, [request]);
        for (let i = 0; i < 2; i++) yield filled(output);
      };
    case 'client_streaming':
      return async (requests, context) => {
        report(context, await Array.fromAsync(requests));
        return filled(output);
      };
    default:
      return async function* (requests, context) {
        const seen = [];
        for await (const request of requests) {
          seen.push(request);
          yield filled(output);
        }
        report(context, seen);
      };
  }
}

async function callAll(addresses) {
  for (const [server, address] of addresses.entries()) {
    const transport = createGrpcTransport({ baseUrl: `http://${address}` });
    for (const service of services) {
      for (const method of service.methods) {
        const outcome = await call(createClient(service, transport)[method.localName], method);
        console.log(JSON.stringify({ server, method: `${service.typeName}/${method.name}`, ...outcome }));
      }
    }
  }
}

async function call(rpc, { methodKind, input, output }) {
  let seen = null;
  const options = { timeoutMs: 10_000, onTrailer: (trailer) => (seen = JSON.parse(trailer.get('skew-seen'))) };
  const request = methodKind.startsWith('client') || methodKind.startsWith('bidi') ? twoOf(input) : filled(input);
  try {
    const response = await rpc(request, options);
    const responses =
      methodKind === 'unary' || methodKind === 'client_streaming' ? [response] : await Array.fromAsync(response);
    return { code: 0, responses: responses.map((message) => jsonOf(output, message)), seen };
  } catch (error) {
    return { code: ConnectError.from(error).code, responses: [], seen: null };
  }
}

async function* twoOf(type) {
  for (let i = 0; i < 2; i++) yield filled(type);
}

const [role, ...addresses] = process.argv.slice(2);
if (role === 'server') serve();
else await callAll(addresses).then(() => process.exit());
