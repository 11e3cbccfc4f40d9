import { randomUUID } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { OrderStatus } from '@example/protos/order/v1';
import { ChatParticipant } from './chat-participant.ts';
import type { Clients } from './clients.ts';
import { type Log, provoke } from './provoke.ts';

/** Makes calls of OrderService fail, and prints the errors. */
export async function orderErrorsTour({ orders }: Clients, log: Log): Promise<void> {
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
}
