import { type Duplex, duplexPair } from 'node:stream';
import type { ConnectRouter, Interceptor } from '@connectrpc/connect';
import { TimerWheel } from '@example/rpc-core';
import { gate } from '../auth/gate.ts';
import { RateLimit } from '../auth/rate-limit.ts';
import type { Call } from '../call/call.ts';
import { createRegistry } from '../call/method.ts';
import { createDispatch } from '../dispatch.ts';
import type { Http2Connection } from '../http2/http2-connection.ts';
import { ownHttp2 } from '../http2/own-http2.ts';
import { ConnectionLog } from '../log/connection-log.ts';
import { ConnectionMemory } from '../memory/connection-memory.ts';
import { MemoryBudget } from '../memory/memory-budget.ts';
import { OverloadGuard } from '../overload/overload-guard.ts';
import { silentLogger, testConfig } from './test-config.ts';

/** A server without a port. Its calls go through the same code as the calls of `serve`, from HTTP/2 to the handlers. */
export interface InProcessServer {
  /** Opens a connection. @returns the client's end of it */
  connect(): Duplex;
  /** Sends GOAWAY to all clients, so that they open no more calls on their connections. */
  drain(): void;
  /** Breaks all connections. */
  cut(): void;
}

/** @param interceptors around the handlers, the first outermost */
export function startInProcess(
  routes: (router: ConnectRouter) => void,
  interceptors: readonly Interceptor[] = [],
): InProcessServer {
  const { methods, router } = createRegistry(interceptors);
  routes(router);
  const server = {
    config: testConfig,
    gate: gate({ config: testConfig, authentication: undefined, scopes: {} }),
    messageRate: new RateLimit(testConfig.messagesPerSecond),
    timers: new TimerWheel<Call>(),
    logger: silentLogger,
  };
  const dispatch = createDispatch(server, methods, new OverloadGuard(testConfig, silentLogger, () => 0));
  const serveHttp2 = ownHttp2(testConfig, dispatch, new ConnectionLog(silentLogger));
  const budget = new MemoryBudget(testConfig.memoryBudgetBytes);
  const peer = { address: 'in-process', network: 'in-process', proxies: undefined };
  const connections = new Map<Duplex, Http2Connection>();
  return {
    connect() {
      const [client, socket] = duplexPair();
      const memory = new ConnectionMemory(budget, testConfig.memoryBudgetBytes, false);
      const connection = serveHttp2(socket as never, { peer, calls: 0 }, memory, () => connections.delete(socket));
      connections.set(socket, connection);
      return client;
    },
    drain() {
      for (const connection of connections.values()) connection.drain();
    },
    cut() {
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}
