import { randomUUID } from 'node:crypto';
import { Code, ConnectError } from '@connectrpc/connect';
import { OrderStatus } from '@example/protos/order/v1';
import { ChatParticipant } from './chat-participant.ts';
import { type Clients, createClients } from './clients.ts';
import { explainError } from './explain-error.ts';

type Log = (line: string) => void;

/**
 * Makes calls fail in different ways, and prints the errors. explain-error.ts also explains codes that this program
 * cannot provoke.
 */
export async function errorsTour({ users, orders }: Clients, log: Log): Promise<void> {
  await provoke(log, 'CreateUser with two bad fields', Code.InvalidArgument, () =>
    users.createUser({ name: '', email: 'saoirse' }, { timeoutMs: 5_000 }),
  );

  await provoke(log, 'GetUser with an id that no user has', Code.NotFound, () =>
    users.getUser({ id: '9223372036854775807' }, { timeoutMs: 5_000 }),
  );

  const { id: orderId } = await orders.createOrder({ customerId: 'nobody-talks' }, { timeoutMs: 5_000 });
  await provoke(log, 'UpdateOrderStatus from PENDING to SHIPPED', Code.FailedPrecondition, () =>
    orders.updateOrderStatus({ id: orderId, status: OrderStatus.SHIPPED }, { timeoutMs: 5_000 }),
  );

  const request = { customerId: 'nobody-talks', requestId: randomUUID() };
  await orders.createOrder(request, { timeoutMs: 5_000 });
  await provoke(
    log,
    'CreateOrder for another customer with the request_id of the first order',
    Code.AlreadyExists,
    () => orders.createOrder({ ...request, customerId: 'somebody' }, { timeoutMs: 5_000 }),
  );

  const abort = new AbortController();
  const { signal } = abort;
  const room = { orderId, sender: 'Aoife', sequence: 0n, signal };

  await provoke(log, 'OrderChat for 200 ms without a message', Code.DeadlineExceeded, () =>
    new ChatParticipant(orders, { ...room, timeoutMs: 200 }).hear(),
  );

  await provoke(log, 'OrderChat that its AbortSignal cancels', Code.Canceled, async () => {
    const aoife = new ChatParticipant(orders, { ...room, timeoutMs: 30_000 });
    aoife.say('Is anybody there?');
    await aoife.hear();
    abort.abort();
    await aoife.hear();
  });

  // Port 1 is reserved for TCPMUX (RFC 1078), which no machine runs.
  const nobody = createClients('http://127.0.0.1:1', 'http://127.0.0.1:1');
  await provoke(log, 'GetUser where nothing listens', Code.Unavailable, () =>
    nobody.users.getUser({ id: '1' }, { timeoutMs: 5_000 }),
  );
}

/** @throws the error of the call if it has another code, or an Error if the call succeeded */
async function provoke(log: Log, what: string, expected: Code, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (ConnectError.from(error).code !== expected) throw error;
    log(what);
    for (const line of explainError(error)) log(`  ${line}`);
    return;
  }
  throw new Error(`${what} should fail, but succeeded`);
}
