// The server of tests that attack it, in its own process with `--expose-gc`. Started by startProcess.
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { runRoutes } from './run-routes.ts';

/** The number of streams of ListOrders that have begun, and the number of their handlers that have ended. */
const streams = { begun: 0, ended: 0 };

await runRoutes('fault-server', (router) =>
  router
    .service(UserService, {
      /** The name of the returned user is the id of this process. */
      getUser: ({ id }) => ({ id, name: `${process.pid}` }),
      /** Responds only when it is cancelled. */
      createUser: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      /** Returns the size of the heap after a garbage collection, in bytes. */
      listUsers: () => {
        globalThis.gc?.();
        return { nextPageToken: `${process.memoryUsage().heapUsed}` };
      },
    })
    .service(OrderService, {
      async *listOrders() {
        streams.begun += 1;
        try {
          while (true) yield { id: 'x'.repeat(10_000) };
        } finally {
          streams.ended += 1;
        }
      },
      getOrder: () => ({ id: `${streams.begun}`, customerId: `${streams.ended}` }),
    }),
);
