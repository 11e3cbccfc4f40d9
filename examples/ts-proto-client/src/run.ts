import { parseArgs } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { explainError } from './explain-error.ts';
import { OrderServiceClient } from './gen/order/v1/order.ts';
import { UserServiceClient } from './gen/user/v1/user.ts';
import { UserServiceClient as UserServiceV2Client } from './gen/user/v2/user.ts';
import { callOrderService } from './orders.ts';
import { callUserService } from './users.ts';
import { moveToV2 } from './users-v1-to-v2.ts';

const usage = `Calls UserService and OrderService with the client that ts-proto generates for @grpc/grpc-js.

  tsx src/main.ts [--users HOST:PORT] [--orders HOST:PORT]

  --users    where UserService listens (localhost:9000)
  --orders   where OrderService listens (localhost:50051)`;

const options = {
  help: { type: 'boolean', default: false },
  users: { type: 'string', default: 'localhost:9000' },
  orders: { type: 'string', default: 'localhost:50051' },
} as const;

/**
 * @param args the command line arguments, see `usage`
 * @returns the exit code: 0 on success
 */
export async function run(args: readonly string[], output: Pick<Console, 'log' | 'error'>): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      output.log(usage);
      return 0;
    }
    const users = new UserServiceClient(values.users, credentials.createInsecure());
    const usersV2 = new UserServiceV2Client(values.users, credentials.createInsecure());
    const orders = new OrderServiceClient(values.orders, credentials.createInsecure());
    await callUserService(users, output.log);
    await callOrderService(orders, output.log);
    await moveToV2(users, usersV2, output.log);
    users.close();
    usersV2.close();
    orders.close();
    return 0;
  } catch (error) {
    output.error(`ts-proto-client: ${explainError(error)}`);
    return 1;
  }
}
