// Usage: node skew.mjs server | node skew.mjs client HOST:PORT...
// Serves or calls every method in the package, without naming any: it fills every field with a value made from the
// field's name and number. A server reports the requests in the trailer skew-seen; a client prints the responses.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http2';
import { dirname } from 'node:path';
import { create, ScalarType, toJson } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { ConnectError, createClient } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';

const files = readdirSync('node_modules/@example/protos/proto', { recursive: true });
const folders = new Set(files.filter((file) => file.endsWith('.proto')).map((file) => dirname(file)));
const modules = await Promise.all([...folders].map((folder) => import(`@example/protos/${folder}`)));
const services = modules.flatMap((module) => Object.values(module)).filter(({ kind }) => kind === 'service');

// The fields that may be set in messages where other fields would be invalid.
const onlyFields = { 'google.protobuf.Any': [], 'google.protobuf.Value': ['string_value'] };

// A message inside another message of its own type has only its required fields.
function filled(type, within = []) {
  const message = reflect(type, create(type));
  const isWithinItself = within.includes(type.typeName);
  for (const field of type.fields) {
    if (isWithinItself && field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) continue;
    if (onlyFields[type.typeName]?.includes(field.name) === false) continue;
    const value = () => fieldValue(field, [...within, type.typeName]);
    if (field.fieldKind === 'map') message.get(field).set(scalarValue(field.mapKey, 'key', 1), value());
    else if (field.fieldKind !== 'list') message.set(field, value());
    else for (let i = 0; i < 2; i++) message.get(field).add(value());
  }
  return message.message;
}

function fieldValue(field, within) {
  if (field.message) return reflect(field.message, filled(field.message, within));
  if (field.enum) return (field.enum.values[1] ?? field.enum.values[0]).number;
  if (field.fieldKind === 'map') return scalarValue(field.scalar, 'value', 2);
  return scalarValue(field.scalar, field.name, field.number);
}

function scalarValue(type, name, number) {
  switch (type) {
    case ScalarType.STRING:
      return name;
    case ScalarType.BYTES:
      return new TextEncoder().encode(name);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return number + 0.5;
    default:
      return /64$/.test(ScalarType[type]) ? BigInt(number) : number;
  }
}

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
    responseTrailer.set('skew-seen', JSON.stringify(seen.map((message) => toJson(input, message))));
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
    return { code: 0, responses: responses.map((message) => toJson(output, message)), seen };
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
