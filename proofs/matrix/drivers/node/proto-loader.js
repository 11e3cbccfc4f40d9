// The driver of @grpc/proto-loader and @grpc/grpc-js, in JavaScript. It reads the .proto files when it starts.
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { channelCredentials, codeOf, collect } from './grpc-js-call.js';
import { addressOf, serveLines } from './lines.js';
import { detailsOf } from './status-details.js';

const protos = fileURLToPath(new URL('../../../../proto', import.meta.url));
const definition = loadSync(globSync('**/v*/*.proto', { cwd: protos }), {
  includeDirs: [protos],
  longs: String,
  enums: String,
  defaults: true,
});
const packages = loadPackageDefinition(definition);
const services = Object.keys(definition).filter((name) => addressOf(name) && !('format' in definition[name]));
const clients = Object.fromEntries(
  services.map((name) => {
    const Client = name.split('.').reduce((scope, part) => scope[part], packages);
    return [name, new Client(addressOf(name), channelCredentials)];
  }),
);

await serveLines(async (call) => {
  const [service, name] = call.method.split('/');
  const requests = call.requests.map((json) => withTimes(json, fromText));
  const { responses, error } = await collect(clients[service], name, definition[service][name], requests, call);
  return {
    responses: responses.map((response) => withTimes(response, toText)),
    ...codeOf(error),
    details: detailsOf(error),
  };
});

/** Converts times: strings in ProtoJSON, objects with the two fields of the message in proto-loader. */
function withTimes(value, convert) {
  if (Array.isArray(value)) return value.map((entry) => withTimes(entry, convert));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      name === 'createTime' && entry !== null ? convert(entry) : withTimes(entry, convert),
    ]),
  );
}

function fromText(text) {
  const ms = Date.parse(text);
  return { seconds: Math.floor(ms / 1_000), nanos: (((ms % 1_000) + 1_000) % 1_000) * 1e6 };
}

function toText({ seconds, nanos }) {
  return new Date(Number(seconds) * 1_000 + nanos / 1e6).toISOString();
}
