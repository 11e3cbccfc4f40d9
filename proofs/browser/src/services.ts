import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';

/** A running service of packages/. */
export interface Service extends NodeServer {
  readonly port: number;
  /** The file of its store. */
  readonly storePath: string;
}

/** @param origin of the page that may call it */
export async function startService(
  name: 'user-service' | 'order-service',
  origin: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), `browser-${name}-`));
  const storePath = join(folder, 'store.db');
  const stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  try {
    const settings = { CORS_ORIGINS: origin, DATABASE_URL: `sqlite:${storePath}`, ...env };
    const server = stack.use(await startNodeServer(join(root, 'packages', name, 'src/main.ts'), settings));
    const parts = stack.move();
    return {
      ...server,
      port: Number(new URL(server.url).port),
      storePath,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
