import type { Transport } from '@connectrpc/connect';
import { type Callers, Load, type Outcome } from './load.ts';

/** The target at which clients find the servers of a run. */
export interface Target {
  /** The address of the name server, such as `127.0.0.1:4711`. */
  readonly nameServer: string;
  readonly host: string;
  readonly port: number;
}

interface RunningLoad {
  stop(): Promise<Outcome>;
}

/** A connected client of a run. */
export interface ClientConnection extends AsyncDisposable {
  start(callers: Callers, pauseMs: number): RunningLoad;
}

/** A client of a run. */
export interface TestedClient {
  connect(target: Target): Promise<ClientConnection>;
}

/** Makes a tested client from a transport in this process. */
export function transportClient(connect: (target: Target) => { transport: Transport; close(): void }): TestedClient {
  return {
    async connect(target) {
      const { transport, close } = connect(target);
      return {
        start: (callers, pauseMs) => new Load(transport, callers, pauseMs),
        [Symbol.asyncDispose]: async () => close(),
      };
    },
  };
}
