import type { Limits } from '../limits/limits.ts';
import { RawClient, settings } from './raw-client.ts';
import { Recorders } from './recorder.ts';
import { type RunningServer, startServer } from './test-server.ts';

/** A server that records its requests, and a client that is connected to it. */
export interface TestSession {
  readonly server: RunningServer;
  readonly client: RawClient;
  readonly recorders: Recorders;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startSession(
  firstFrame = settings(),
  limits: Partial<Limits> = {},
  onBuffered = (_bytes: number) => {},
): Promise<TestSession> {
  const recorders = new Recorders();
  const server = await startServer({ accept: recorders.accept, limits, onBuffered });
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
