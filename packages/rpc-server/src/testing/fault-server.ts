// The server of tests that attack it, in its own process with `--expose-gc`. Started by startProcess.
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { runRoutes } from './run-routes.ts';

/** The number of streams of ListNotes that have begun, and the number of their handlers that have ended. */
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
    .service(NoteService, {
      async *listNotes() {
        streams.begun += 1;
        try {
          while (true) yield { id: 'x'.repeat(10_000) };
        } finally {
          streams.ended += 1;
        }
      },
      getNote: () => ({ id: `${streams.begun}`, authorName: `${streams.ended}` }),
    }),
);
