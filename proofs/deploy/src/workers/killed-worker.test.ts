import { startNodeServer } from '@example/kit/programs';
import { skipReason } from '@example/kit/toolchains';
import { expect, it, onTestFinished } from 'vitest';
import { callBy, connectGrpcJs, connectOurs } from '../load/callers.ts';
import type { Load } from '../load/load.ts';
import { buildGoClient, callByGo } from '../load/program.ts';
import { workersOf } from './workers-of.ts';

const service = new URL('./service.ts', import.meta.url);
const noGo = await skipReason(buildGoClient);

/** Retries as in gRPC's guide, for a method that changes nothing. */
const retries = JSON.stringify({
  methodConfig: [
    {
      name: [{ service: 'user.v1.UserService', method: 'GetUser' }],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.1s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
});

const loads: Readonly<Record<string, Load>> = {
  'rpc-client': callBy(connectOurs),
  'grpc-js': callBy(connectGrpcJs(retries)),
  ...(noGo === undefined && { 'grpc-go': callByGo(retries) }),
};
const kills = 2;

it.each(['own', 'node'])(
  `no call of clients with retries fails when workers are killed, with HTTP2=%s${noGo === undefined ? '' : `; ${noGo}`}`,
  async (http2) => {
    await using server = await startNodeServer(service, { WORKERS: '2', HTTP2: http2 });
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const port = Number(new URL(server.url).port);
    const loading = Object.entries(loads).map(async ([name, load]) => ({ name, ...(await load(port, over.signal)) }));
    const workers = new Set<number>();
    const seen = async () => {
      for (const worker of await workersOf(server.url)) workers.add(worker);
      return workers.size;
    };
    for (let killed = 0; killed < kills; killed++) {
      await expect.poll(seen).toBe(2);
      // Older workers have more clients. After the first kill the other worker has all of them, and is killed next.
      const [victim = 0] = workers;
      process.kill(victim, 'SIGKILL');
      workers.delete(victim);
    }
    over.abort();
    for (const { name, calls, failures } of await Promise.all(loading)) {
      expect({ name, failures }).toEqual({ name, failures: [] });
      expect(calls).toBeGreaterThan(kills);
    }
  },
);
