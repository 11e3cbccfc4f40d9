// A server of the run: a UserService. All servers share one database of users. Started by `startBackend`.
import { openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Code, ConnectError } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';
import {
  readEnvironment,
  runService,
  type ServerConfig,
  serve,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import * as z from 'zod';

const settings = {
  ...serverSettings(0),
  STORE: z.string(),
  EXECUTED: z.string(),
  REQUESTS: z.string(),
};

interface Config {
  readonly server: ServerConfig;
  readonly store: string;
  /** A file that gets a line for each create that had an effect. */
  readonly executed: string;
  /** A file that gets a byte for each request. */
  readonly requests: string;
}

/** Set by SIGUSR2: each request then fails as if the server were overloaded. */
let hasErrors = false;
process.on('SIGUSR2', () => {
  hasErrors = !hasErrors;
});

await runService<Config>({
  name: 'backend',
  readConfig: (env) => {
    const values = readEnvironment(settings, env);
    const { store, executed, requests } = values;
    return { server: serverConfig(values), store, executed, requests };
  },
  start: ({ server, store, ...files }, logger) => {
    // Written data survives SIGKILL.
    const executed = openSync(files.executed, 'a');
    const requests = openSync(files.requests, 'a');
    const onRequest = () => {
      writeSync(requests, '.');
      if (hasErrors) throw new ConnectError('out of order', Code.Unavailable);
    };
    const database = new DatabaseSync(store, { timeout: 5_000 });
    // Without syncs, because only processes end, not the machine.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    database.exec('CREATE TABLE IF NOT EXISTS users (request_id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID');
    const insert = database.prepare('INSERT OR IGNORE INTO users VALUES (?, ?)');
    return serve({
      config: server,
      logger,
      routes: (router) =>
        router.service(UserService, {
          getUser: ({ id }) => {
            onRequest();
            return { id, name: `${process.pid}` };
          },
          createUser: ({ name, requestId }) => {
            onRequest();
            const isNew = requestId === '' || insert.run(requestId, name).changes > 0;
            if (isNew) writeSync(executed, `${name}\n`);
            return { id: '1', name };
          },
        }),
    });
  },
});
