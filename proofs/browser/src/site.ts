import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExampleEnvoy } from '@example/kit/example-envoy';
import { freePort, nodeArgs, outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { type DevAccount, pageConfig } from '@example/web/page-config';
import { preview } from 'vite';
import { noEnvoy } from './browser.ts';
import { type Service, startService } from './services.ts';

/** The built page on a file server, the two services that it calls, and Envoy in front of them if it is installed. */
export interface Site extends AsyncDisposable {
  /** The origin of the page, which the services allow. */
  readonly origin: string;
  readonly users: Service;
  readonly orders: Service;
  readonly envoyUrl: string | undefined;
}

/** @param accounts offered by the sign-in dialog */
export async function startSite(accounts: readonly DevAccount[] = []): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  try {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const start = async (name: 'user-service' | 'order-service') => stack.use(await startService(name, origin));
    const [users, orders] = await Promise.all([start('user-service'), start('order-service')]);
    const upstreams = { 'user-service': [users.port], 'order-service': [orders.port] };
    const envoy = noEnvoy ? undefined : stack.use(await startExampleEnvoy({ upstreams, origins: [origin] }));
    const envoyUrl = envoy && `http://localhost:${envoy.port}`;
    await outputOf(process.execPath, [...nodeArgs(join(root, 'scripts/run.ts')), 'build', 'web', '--out', folder], {
      // With the NODE_ENV of tests, the build would make a page for development.
      isEnvClean: true,
      env: { USERS_URL: users.url, ORDERS_URL: orders.url, ...(envoyUrl && { ENVOY_URL: envoyUrl }) },
    });
    const server = await preview({
      ...pageConfig({ usersUrl: users.url, ordersUrl: orders.url, envoyUrl }, accounts),
      configFile: false,
      build: { outDir: join(folder, 'web') },
      preview: { port, strictPort: true },
    });
    stack.defer(() => server.close());
    const parts = stack.move();
    return { origin, users, orders, envoyUrl, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
