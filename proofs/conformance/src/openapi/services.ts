import { join } from 'node:path';
import { type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';

/** The document, part of @example/protos. */
export const documentPath = join(root, 'packages/protos/openapi/openapi.json');

/** A service with an empty store, and the packages whose methods it has. */
export interface OpenApiService extends AsyncDisposable {
  /** `user` or `order`: the last part, before the version, of the names of its packages. */
  readonly name: string;
  readonly url: string;
  /** The number of calls so far that the log contains. */
  calls(): number;
}

/** Starts both services. @param folder for their stores */
export async function startServices(
  folder: string,
): Promise<AsyncDisposableStack & { readonly all: OpenApiService[] }> {
  const stack = new AsyncDisposableStack();
  const all: OpenApiService[] = [];
  for (const name of ['user', 'order']) {
    let calls = 0;
    const main = join(root, 'packages', `${name}-service/src/main.ts`);
    const env = { HOST: '127.0.0.1', DATABASE_URL: `sqlite:${join(folder, `${name}.db`)}` };
    const onLine = (line: string) => {
      if (line.includes('"rpc":')) calls += 1;
    };
    const server: NodeServer = stack.use(await startNodeServer(main, env, { onLine }));
    all.push({ ...server, name, url: server.url, calls: () => calls });
  }
  return Object.assign(stack, { all });
}
