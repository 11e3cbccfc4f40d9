import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExampleEnvoy } from '@example/kit/example-envoy';
import { freePort, type NodeServer, nodeArgs, outputOf, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { type DevAccount, pageConfig } from '@example/web/page-config';
import { preview } from 'vite';

export interface SiteOptions {
  /** Settings of both services. */
  readonly env?: Readonly<Record<string, string>>;
  readonly accounts?: readonly DevAccount[];
  /** Runs Envoy, which must be installed, in front of both services. */
  readonly hasEnvoy?: boolean;
}

/** The built page on a file server, and the two services that it calls. */
export interface Site extends AsyncDisposable {
  /** The origin of the page, which the services allow. */
  readonly origin: string;
  readonly users: NodeServer;
  readonly orders: NodeServer;
}

export async function startSite({ env = {}, accounts = [], hasEnvoy }: SiteOptions = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  try {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const start = async (name: string) => {
      const DATABASE_URL = `sqlite:${join(folder, name)}.db`;
      const settings = { CORS_ORIGINS: origin, DATABASE_URL, ...env };
      return stack.use(await startNodeServer(join(root, 'packages', name, 'src/main.ts'), settings));
    };
    const [users, orders] = await Promise.all([start('user-service'), start('order-service')]);
    const portOf = ({ url }: NodeServer) => Number(new URL(url).port);
    const upstreams = { 'user-service': [portOf(users)], 'order-service': [portOf(orders)] };
    const envoy = hasEnvoy ? stack.use(await startExampleEnvoy({ upstreams, origins: [origin] })) : undefined;
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
    return { origin, users, orders, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
