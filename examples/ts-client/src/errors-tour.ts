import { Code } from '@connectrpc/connect';
import { type Clients, createClients } from './clients.ts';
import { type Log, provoke } from './provoke.ts';

/**
 * Makes calls fail in different ways, and prints the errors. explain-error.ts also explains codes that this program
 * cannot provoke.
 */
export async function errorsTour({ users }: Clients, log: Log): Promise<void> {
  await provoke(log, 'CreateUser with two bad fields', Code.InvalidArgument, () =>
    users.createUser({ name: '', email: 'saoirse' }, { timeoutMs: 5_000 }),
  );

  await provoke(log, 'GetUser with an id that no user has', Code.NotFound, () =>
    users.getUser({ id: '9223372036854775807' }, { timeoutMs: 5_000 }),
  );

  // Port 1 is reserved for TCPMUX (RFC 1078), which no machine runs.
  const nobody = createClients({ users: 'http://127.0.0.1:1', orders: 'http://127.0.0.1:1' });
  await provoke(log, 'GetUser where nothing listens', Code.Unavailable, () =>
    nobody.users.getUser({ id: '1' }, { timeoutMs: 5_000 }),
  );
}
