// A driver of @grpc/proto-loader and @grpc/grpc-js: plain JavaScript that reads the .proto files when it starts.
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { channelCredentials, codeOf, collect } from './grpc-js-call.js';
import { addressOf, answerLines } from './lines.js';
import { detailsOf } from './status-details.js';

const definition = loadSync(['user/v1/user.proto', 'order/v1/order.proto'], {
  includeDirs: [fileURLToPath(new URL('../../../../proto', import.meta.url))],
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});
const { user, order } = loadPackageDefinition(definition);
const clients = Object.fromEntries(
  Object.entries({ 'user.v1.UserService': user.v1.UserService, 'order.v1.OrderService': order.v1.OrderService }).map(
    ([name, Client]) => [name, new Client(addressOf(name), channelCredentials)],
  ),
);

await answerLines(async (call) => {
  const [service, name] = call.method.split('/');
  const requests = call.requests.map(fromJson);
  const { answers, error } = await collect(clients[service], name, definition[service][name], requests, call);
  return { answers: answers.map(toJson), ...codeOf(error), details: detailsOf(error) };
});

/** ProtoJSON has a time as a text. proto-loader has the two fields of the message. */
function fromJson({ createTime, ...message }) {
  if (createTime === undefined) return message;
  const ms = Date.parse(createTime);
  return { ...message, createTime: { seconds: Math.floor(ms / 1_000), nanos: (((ms % 1_000) + 1_000) % 1_000) * 1e6 } };
}

function toJson({ createTime, ...message }) {
  if (!createTime) return message;
  const ms = Number(createTime.seconds) * 1_000 + createTime.nanos / 1e6;
  return { ...message, createTime: new Date(ms).toISOString() };
}
