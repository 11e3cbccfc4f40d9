import type { Limits } from '../limits/limits.ts';
import { MemoryBudget } from '../limits/memory-budget.ts';
import { type RunningServer, startServer } from './answer-server.ts';
import { RawClient, settings } from './raw-client.ts';
import { Recorders } from './recorder.ts';

/** A server whose requests are recorded, and a client of it. */
export interface Talk {
  readonly server: RunningServer;
  readonly client: RawClient;
  readonly recorders: Recorders;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function talk(
  firstFrame = settings(),
  limits: Partial<Limits> = {},
  memory = new MemoryBudget(1e9),
): Promise<Talk> {
  const recorders = new Recorders();
  const server = await startServer({ accept: recorders.accept, limits, memory });
  const client = await RawClient.connect(server.port, firstFrame);
  return {
    server,
    client,
    recorders,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
