import { once } from 'node:events';
import { parseOptions, usage } from './options.ts';
import { start } from './start.ts';

/** How long open calls may continue after a signal, in milliseconds. */
const graceMs = 10_000;

/**
 * Serves until SIGINT or SIGTERM; a second signal ends the process at once.
 *
 * @param args the command line arguments, see `usage`
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options.help) {
      console.log(usage);
      return 0;
    }
    const services = await start(options);
    console.log(`UserService listening on ${services.users.address}`);
    console.log(`OrderService listening on ${services.orders.address}`);
    await stopSignal();
    await services.stop(graceMs);
    return 0;
  } catch (error) {
    console.error(`grpc-js-server: ${(error as Error).message}`);
    return 1;
  }
}

async function stopSignal(): Promise<void> {
  const received = new AbortController();
  const { signal } = received;
  const signals = ['SIGINT', 'SIGTERM'].map((name) => {
    process.removeAllListeners(name);
    return once(process, name, { signal });
  });
  await Promise.race(signals);
  received.abort();
}
