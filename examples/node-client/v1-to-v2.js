// Moves from user.v1 to user.v2 in plain JavaScript. Servers have both versions on the same users, so that a program
// can migrate call by call. client.js explains the other parts.
//
// node v1-to-v2.js [HOST:PORT]

import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const [address = 'localhost:9000'] = process.argv.slice(2);

const definition = loadSync(['user/v1/user.proto', 'user/v2/user.proto'], {
  includeDirs: [fileURLToPath(new URL('../../proto', import.meta.url))],
  longs: String,
  defaults: true,
});
const api = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const users = new api.user.v1.UserService(address, credentials);
const usersV2 = new api.user.v2.UserService(address, credentials);

const call = (client, rpc, request) => promisify(client[rpc]).call(client, request, { deadline: Date.now() + 5_000 });

try {
  const old = await call(users, 'CreateUser', { name: 'Saoirse', email: 'saoirse@example.com' });
  console.log('by v1:', old.id, old.name);

  // The user 4 of v1 is usr-4 in v2, whose responses have the user in a field.
  const id = `usr-${old.id}`;
  const { user } = await call(usersV2, 'GetUser', { id });
  console.log('by v2:', user.id, user.name);

  // Without a mask, the fields that are set change. An age of 0 counts as set: v2 distinguishes 0 from unset.
  const known = { id, age: 0, address: { city: 'Gaillimh', country: 'Éire' } };
  const { user: changed } = await call(usersV2, 'UpdateUser', { user: known });
  console.log('changed:', changed.age, changed.address.city);

  // Fields in the mask that are not set are cleared; fields outside of the mask keep their values. Paths use proto
  // names.
  const updateMask = { paths: ['age', 'address.city'] };
  const { user: cleared } = await call(usersV2, 'UpdateUser', {
    user: { id, address: { city: 'Corcaigh' } },
    updateMask,
  });
  console.log('changed:', cleared.age, cleared.address.city, cleared.address.country);

  // v1 does not return the new fields, but the service keeps them.
  console.log('by v1:', await call(users, 'GetUser', { id: old.id }));
} catch (error) {
  console.error(`v1-to-v2.js: ${error.message}`);
  process.exitCode = 1;
}
