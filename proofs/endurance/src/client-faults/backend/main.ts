// A server of the run: UserService behind a faulty link. All servers share one database of users. Each line of standard
// input changes the faults of the server.
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
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
import { FaultyLink } from './faulty-link.ts';
import type { GoawayFault } from './faulty-pipe.ts';

/** A line of standard input: the faults that change. */
export interface FaultChange {
  readonly hasErrors?: boolean;
  readonly isSlow?: boolean;
  readonly isLinkSlow?: boolean;
  readonly isHalfOpen?: boolean;
  readonly reset?: true;
  readonly goaway?: GoawayFault;
}

const settings = {
  ...serverSettings(0),
  LINK_HOST: z.string(),
  LINK_PORT: z.coerce.number(),
  STORE: z.string(),
  EXECUTED: z.string(),
  REQUESTS: z.string(),
};

type Settings = ReturnType<typeof readEnvironment<typeof settings>>;

interface Config {
  readonly server: ServerConfig;
  readonly values: Settings;
}

/** The time of a request on a normal server, and on a server that is 20 times slower, in milliseconds. */
const workMs = { usual: 5, slow: 100 };

const notesOfStream = 20;

const state = { hasErrors: false, isSlow: false };

await runService<Config>({
  name: 'backend',
  readConfig: (env) => {
    const values = readEnvironment(settings, env);
    return { server: serverConfig(values), values };
  },
  start: async ({ server: config, values }, logger) => {
    // Written data survives SIGKILL.
    const executed = openSync(values.executed, 'a');
    const requests = openSync(values.requests, 'a');
    const onRequest = async () => {
      writeSync(requests, '.');
      if (state.hasErrors) throw new ConnectError('out of order', Code.Unavailable);
      await setTimeout(state.isSlow ? workMs.slow : workMs.usual);
    };
    const database = new DatabaseSync(values.store, { timeout: 5_000 });
    // Without syncs to the disk, because the run kills processes, but not the machine.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    database.exec('CREATE TABLE IF NOT EXISTS users (request_id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID');
    const insert = database.prepare('INSERT OR IGNORE INTO users VALUES (?, ?)');
    const server = await serve({
      config,
      logger,
      routes: (router) => {
        router.service(NoteService, { listNotes: streamNotes });
        router.service(UserService, {
          getUser: async ({ id }) => {
            await onRequest();
            return { id, name: `${process.pid}` };
          },
          createUser: async ({ name, requestId }) => {
            await onRequest();
            const isNew = requestId === '' || insert.run(requestId, name).changes > 0;
            if (isNew) writeSync(executed, `${name}\n`);
            return { id: '1', name };
          },
        });
      },
    });
    const link = await FaultyLink.listen(values.linkHost, values.linkPort, Number(new URL(server.url).port));
    process.once('SIGTERM', () => link.close());
    createInterface({ input: process.stdin }).on('line', (line) => apply(JSON.parse(line) as FaultChange, link));
    return server;
  },
});

async function* streamNotes() {
  for (let note = 1; note <= notesOfStream; note++) {
    yield { id: `${note}` };
    await setTimeout(state.isSlow ? workMs.slow : 1);
  }
}

function apply({ hasErrors, isSlow, isLinkSlow, isHalfOpen, reset, goaway }: FaultChange, link: FaultyLink): void {
  if (hasErrors !== undefined) state.hasErrors = hasErrors;
  if (isSlow !== undefined) state.isSlow = isSlow;
  if (isLinkSlow !== undefined) link.isSlow = isLinkSlow;
  if (isHalfOpen !== undefined) link.isHalfOpen = isHalfOpen;
  if (reset) link.reset();
  if (goaway !== undefined) link.goAway(goaway);
}
