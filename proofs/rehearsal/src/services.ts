import { join } from 'node:path';
import { root } from '@example/kit/root';
import { startProcess } from '@example/rpc-server/testing';

/** Both services, each in its own process with an empty store. */
export interface Services {
  readonly usersUrl: string;
  readonly ordersUrl: string;
  close(): Promise<void>;
}

/**
 * @param folder for the stores
 * @param webOrigin the origin of pages that may call (CORS)
 */
export async function startServices(folder: string, webOrigin: string): Promise<Services> {
  const start = async (name: string) =>
    await startProcess(join(root, 'packages', name, 'src/main.ts'), {
      DATABASE_URL: `sqlite:${join(folder, name)}.db`,
      LOG_LEVEL: 'info',
      CORS_ORIGINS: webOrigin,
    });
  const users = await start('user-service');
  const orders = await start('order-service').catch(async (error) => {
    await users.end('SIGTERM');
    throw error;
  });
  return {
    usersUrl: users.url,
    ordersUrl: orders.url,
    async close() {
      await Promise.all([users.end('SIGTERM'), orders.end('SIGTERM')]);
    },
  };
}

/** The URLs of UserService and OrderService. */
export function urlsOf({ services }: { services: Services }): [string, string] {
  return [services.usersUrl, services.ordersUrl];
}

/** The addresses of UserService and OrderService, HOST:PORT. */
export function addressesOf(rehearsal: { services: Services }): string[] {
  return urlsOf(rehearsal).map((url) => new URL(url).host);
}
