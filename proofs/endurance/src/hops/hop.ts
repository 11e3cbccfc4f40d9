// A server that requests the same user from the next server, and waits for the response. The last server works without
// end. For each call, a server writes a line that reports when and why its work has ended.
import { once } from 'node:events';
import { Code, ConnectError, createClient, type HandlerContext } from '@connectrpc/connect';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import {
  readEnvironment,
  runService,
  type ServerConfig,
  serve,
  serverConfig,
  serverSettings,
} from '@example/rpc-server';
import * as z from 'zod';

/** The end of the work for one call on one server. */
export interface WorkEnd {
  readonly id: string;
  /** The time that was left until the deadline when the work started, in milliseconds. */
  readonly timeLeftMs: number;
  /** When the work ended, by the monotonic clock of the machine, in milliseconds. */
  readonly atMs: number;
  /** The code of the reason of the abort. */
  readonly code: Code;
}

const settings = { ...serverSettings(0), NEXT: z.string().default('') };

interface Config {
  readonly server: ServerConfig;
  readonly next: string;
}

await runService<Config>({
  name: 'hop',
  readConfig: (env) => {
    const values = readEnvironment(settings, env);
    return { server: serverConfig(values), next: values.next };
  },
  start: ({ server: config, next }, logger) => {
    const users = next === '' ? undefined : createClient(UserService, createTransport({ target: next }));
    return serve({
      config,
      logger,
      routes: (router) =>
        router.service(UserService, {
          getUser: async ({ id }, context) => {
            reportEnd(id, context);
            if (users !== undefined) return await users.getUser({ id });
            await once(context.signal, 'abort');
            throw context.signal.reason;
          },
        }),
    });
  },
});

function reportEnd(id: string, { signal, timeoutMs }: HandlerContext): void {
  const timeLeftMs = timeoutMs() ?? Number.POSITIVE_INFINITY;
  signal.addEventListener('abort', () => {
    const atMs = Number(process.hrtime.bigint()) / 1e6;
    const code = ConnectError.from(signal.reason, Code.Unknown).code;
    const end: WorkEnd = { id, timeLeftMs, atMs, code };
    process.stdout.write(`${JSON.stringify({ end })}\n`);
  });
}
