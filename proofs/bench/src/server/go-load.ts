import { outputOf, Program } from '@example/kit/programs';
import { loadCore, pinned } from './cores.ts';
import { goProgram } from './peers.ts';

export interface GoLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Concurrent calls on a connection. */
  readonly calls: number;
  readonly seconds: number;
}

export interface GoFigures {
  readonly callsPerSecond: number;
  /** The median time of a call. */
  readonly medianMicroseconds: number;
  /** CPU time of the client for each call. */
  readonly cpuMicroseconds: number;
}

/** Calls GetUser from a client on grpc-go. @throws when a call fails */
export async function goLoad({ url, headers, connections, calls, seconds }: GoLoad): Promise<GoFigures> {
  const { authorization = '' } = headers;
  const args = [
    ...target(url, connections),
    ...['-calls', `${calls}`, '-duration', `${seconds}s`, '-authorization', authorization],
  ];
  return JSON.parse(await outputOf(...pinned(loadCore, await goProgram('load'), args))) as GoFigures;
}

/** Keeps idle connections open during `use`. Each of them has had one call. */
export async function withIdleConnections<T>(url: string, connections: number, use: () => Promise<T>): Promise<T> {
  const args = [...target(url, connections), '-hold'];
  await using program = new Program(await goProgram('load'), args, { hasInput: true });
  await program.waitForLine((line) => (line === '{}' ? true : undefined));
  return await program.during(use);
}

function target(url: string, connections: number): string[] {
  return ['-target', new URL(url).host, '-connections', `${connections}`];
}
