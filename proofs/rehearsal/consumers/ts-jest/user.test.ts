import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createClient, createRouterTransport } from '@connectrpc/connect';
import { type User, UserSchema, UserService } from '@example/protos/user/v1';

test('messages and calls', async () => {
  const aoife: User = fromBinary(UserSchema, toBinary(UserSchema, create(UserSchema, { id: '1', name: 'Aoife' })));
  const transport = createRouterTransport(({ service }) => service(UserService, { getUser: () => aoife }));
  const user = await createClient(UserService, transport).getUser({ id: '1' });
  // @ts-expect-error an id is a string
  const id: number = user.id;
  expect([id, user.name]).toEqual(['1', 'Aoife']);
});
