// A service that needs no store, with workers. Started by its path.
import { runRoutes } from '@example/rpc-server/testing';
import { routes } from '../server/peers/connect-routes.ts';

await runRoutes('bench', routes);
