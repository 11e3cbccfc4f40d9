import { parseArgs } from 'node:util';

export const usage = `Calls every RPC of UserService and OrderService, and shows what each kind of error means.

  tsx src/main.ts [options]

  --users URL    where UserService listens (http://localhost:9000)
  --orders URL   where OrderService listens (http://localhost:50051)
  --help         print this text

\`pnpm dev\` in the repository starts both services.`;

export interface Options {
  readonly help: boolean;
  readonly usersUrl: string;
  readonly ordersUrl: string;
}

/** @throws for an argument that `usage` does not list; the message names it */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      users: { type: 'string', default: 'http://localhost:9000' },
      orders: { type: 'string', default: 'http://localhost:50051' },
    },
  });
  return {
    help: values.help,
    usersUrl: checkUrl('--users', values.users),
    ordersUrl: checkUrl('--orders', values.orders),
  };
}

function checkUrl(option: string, text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error(`${option} must be a URL such as http://localhost:9000, not ${JSON.stringify(text)}`);
}
