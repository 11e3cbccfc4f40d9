/**
 * A client that is measured. Each method makes one call, checks the response, and returns the number of its messages.
 */
export interface BenchClient {
  unary(): Promise<number>;
  serverStream(): Promise<number>;
  clientStream(): Promise<number>;
}

/** Creates clients with one connection each, or one client with all connections. @param host with its port */
export type MakeClients = (host: string, connections: number) => readonly BenchClient[];

export type CallKind = 'unary' | 'latency' | 'server-stream' | 'client-stream';

/** The next task of a client program. */
export interface Job {
  readonly host: string;
  readonly kind: CallKind;
  readonly connections: number;
  /** Concurrent calls on each connection. */
  readonly calls: number;
  readonly seconds: number;
}

/** The result of a job. */
export interface ClientFigures {
  /** Calls or messages per second; for `latency`, the median time of a call in microseconds. */
  readonly figure: number;
  /** CPU time of the client for each call or message, in microseconds. */
  readonly cpuMicroseconds: number;
}

/** The growth of a client's process for each idle connection, after garbage collection. */
export interface ConnectionMemory {
  /** The heap, and the memory outside of it that its objects hold. */
  readonly objectBytes: number;
  readonly residentBytes: number;
}
