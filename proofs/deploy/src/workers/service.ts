// UserService without a store, so that it may have workers. Started by its path.
import { setTimeout } from 'node:timers/promises';
import { UserService } from '@example/protos/user/v1';
import { runRoutes } from '@example/rpc-server/testing';

/** The duration of a call, in milliseconds: long enough that each worker always has calls in progress. */
const callMs = 20;

await runRoutes('workers', (router) =>
  router.service(UserService, {
    /** The email of the user is the id of this process. */
    async getUser({ id }) {
      await setTimeout(callMs);
      return { id, name: 'Aoife', email: `${process.pid}` };
    },
  }),
);
