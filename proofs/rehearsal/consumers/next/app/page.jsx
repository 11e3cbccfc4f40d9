// The build of this page makes a call, and a part of the page runs in the browser.
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { UserService } from '@example/protos/user/v1';
import { Person } from './person.jsx';

export default async function Page() {
  const users = createClient(UserService, createGrpcTransport({ baseUrl: process.env.USERS_URL }));
  const { id, name, email } = await users.getUser({ id: '1' }, { timeoutMs: 10_000 });
  return <Person id={id} name={name} email={email} />;
}
