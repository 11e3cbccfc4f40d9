import { Code, ConnectError } from '@connectrpc/connect';
import { chatTour } from './chat-tour.ts';
import { createClients } from './clients.ts';
import { errorsTour } from './errors-tour.ts';
import { explainError } from './explain-error.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { orderErrorsTour } from './order-errors-tour.ts';
import { ordersTour } from './orders-tour.ts';
import { usersTour } from './users-tour.ts';
import { v1ToV2Tour } from './v1-to-v2-tour.ts';

type Output = Pick<Console, 'log' | 'error'>;

/**
 * Runs all tours, and stops at the first failure.
 *
 * @param args the command line arguments, see `usage`
 * @returns the exit code: 0 on success
 */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const fail = (why: string) => {
    output.error(`ts-client: ${why}`);
    return 1;
  };
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    return fail((error as Error).message);
  }
  if (options.help) {
    output.log(usage);
    return 0;
  }

  const { usersUrl, ordersUrl } = options;
  const clients = createClients({ users: usersUrl, orders: ordersUrl });
  const tours = [
    { title: 'Users', service: `UserService at ${usersUrl}`, tour: usersTour },
    { title: 'Orders', service: `OrderService at ${ordersUrl}`, tour: ordersTour },
    { title: 'Chat', service: `OrderService at ${ordersUrl}`, tour: chatTour },
    { title: 'Errors', service: `UserService at ${usersUrl}`, tour: errorsTour },
    { title: 'Errors of orders', service: `OrderService at ${ordersUrl}`, tour: orderErrorsTour },
    { title: 'From v1 to v2', service: `UserService at ${usersUrl}`, tour: v1ToV2Tour },
  ];
  for (const { title, service, tour } of tours) {
    output.log(`${title}:`);
    try {
      await tour(clients, (line) => output.log(`  ${line}`));
    } catch (error) {
      return fail(`${service} ${whatHappened(error)}`);
    }
  }
  return 0;
}

function whatHappened(error: unknown): string {
  const { code, rawMessage } = ConnectError.from(error);
  if (code !== Code.Unavailable) return `failed with ${explainError(error)[0]}`;
  return `is unavailable (${rawMessage}): \`pnpm dev\` in the repository starts both services`;
}
