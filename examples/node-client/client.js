// A gRPC client in plain JavaScript. It reads user.proto when it starts, so that there is no code to generate.
//
// A copy of this file and of the proto folder runs anywhere, after:
//   npm init -y && npm pkg set type=module && npm install @grpc/grpc-js @grpc/proto-loader

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const usage = `Calls GetUser, CreateUser and ListUsers of UserService.

  node client.js [--proto DIR] [HOST:PORT]

  HOST:PORT    where UserService listens (localhost:9000)
  --proto DIR  the folder that holds user/v1/user.proto. Default: the first of these that does, seen from client.js:
               ./proto (a copy), ./node_modules/@example/protos/proto (from npm), ../../proto (this repository)`;

/** The timeout of a call, in milliseconds. Without a deadline, a call to a server that hangs would never end. */
const callMs = 5_000;

async function callUserService(address, folder) {
  const definition = loadSync('user/v1/user.proto', {
    includeDirs: [folder], // the base of the path above, and of the imports in .proto files
    keepCase: false, // page_token is pageToken here
    longs: String, // int64 as a string: a JavaScript number is exact only up to 2^53
    enums: String, // enum values by name
    defaults: true, // sets fields that were not sent: '', 0, []
    oneofs: true, // adds a property for each oneof, which contains the name of the field that is set
  });
  const { UserService } = grpc.loadPackageDefinition(definition).user.v1;
  const users = new UserService(address, grpc.credentials.createInsecure());

  // grpc-js uses callbacks. The deadline is a point in time. It is sent with the call, so that the server stops working
  // on the call, too.
  const call = (rpc, request) => promisify(users[rpc]).call(users, request, { deadline: Date.now() + callMs });

  console.log('got user:', await call('GetUser', { id: 1 }));
  console.log('created:', await call('CreateUser', { name: 'Saoirse', email: 'saoirse@example.com' }));

  let count = 0;
  let pageToken = ''; // requests the first page; each page has the token of the next one, except the last page
  do {
    const page = await call('ListUsers', { pageToken });
    count += page.users.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  console.log('count:', count);
}

function findProtos(given) {
  const defaults = ['proto', 'node_modules/@example/protos/proto', '../../proto'];
  const folders =
    given === undefined ? defaults.map((folder) => fileURLToPath(new URL(folder, import.meta.url))) : [given];
  const found = folders.find((folder) => existsSync(join(folder, 'user/v1/user.proto')));
  if (found === undefined) throw new Error(`there is no user/v1/user.proto in ${folders.join(', ')}`);
  return found;
}

/**
 * One line for a person. The error of a call has the status `code`, and the message of the server or grpc-js in
 * `details`.
 */
function explain({ code, details, message }, address) {
  if (details === undefined) return message;
  if (code !== grpc.status.UNAVAILABLE) return `${grpc.status[code]} from ${address}: ${details}`;
  return `UserService at ${address} is unavailable (${details}): \`pnpm dev\` in the repository starts it`;
}

// The reader of the output has closed the pipe, as `head` does.
process.stdout.on('error', () => process.exit(1));

let address = 'localhost:9000';
try {
  const options = { help: { type: 'boolean' }, proto: { type: 'string' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  address = positionals[0] ?? address;
  if (values.help) console.log(usage);
  else await callUserService(address, findProtos(values.proto));
} catch (error) {
  console.error(`client.js: ${explain(error, address)}`);
  process.exitCode = 1;
}
