import { join } from 'node:path';
import { jsonLine, outputOf, Program } from '@example/kit/programs';
import { loadCore, pinned } from '../server/cores.ts';
import { goLoad } from '../server/go-load.ts';
import type { CallKind, ClientFigures, ConnectionMemory, Job } from './bench-client.ts';

/** A client that is measured, in a process on the core for clients. */
interface Subject {
  measure(job: Job): Promise<ClientFigures>;
  end(): Promise<void>;
}

/** A client in the tables. */
export interface SubjectKind {
  readonly name: string;
  readonly kinds: readonly CallKind[];
  start(): Subject;
  /** Measures many connections of one process, which has a client for each. Only for clients on Node. */
  connectionMemory?(host: string): Promise<ConnectionMemory>;
}

const everything: readonly CallKind[] = ['unary', 'latency', 'server-stream', 'client-stream'];

export const rpcClient = node('rpc-client', 'rpc-client');
export const rpcTransport = node('rpc-client, transport', 'rpc-transport');
export const grpcJs = node('grpc-js', 'grpc-js');
export const connectNode = node('connect-node', 'connect-node');
export const grpcGo: SubjectKind = {
  name: 'grpc-go',
  kinds: ['unary', 'latency'],
  start: () => ({
    async measure({ host, kind, connections, calls, seconds }) {
      const figures = await goLoad({ url: `http://${host}`, headers: {}, connections, calls, seconds });
      const figure = kind === 'latency' ? figures.medianMicroseconds : figures.callsPerSecond;
      return { figure, cpuMicroseconds: figures.cpuMicroseconds };
    },
    async end() {},
  }),
};

export const subjects: readonly SubjectKind[] = [
  ...[rpcClient, rpcTransport, node('node:http2', 'node-http2'), grpcJs],
  ...[node('nice-grpc', 'nice-grpc'), connectNode, grpcGo],
];

function node(name: string, client: string): SubjectKind {
  return {
    name,
    kinds: everything,
    start: () => new NodeSubject(name, client),
    connectionMemory: async (host) =>
      JSON.parse(await outputOf(...onNode('idle-main.ts', client, ['--expose-gc'], [host]))) as ConnectionMemory,
  };
}

/** The command that runs a program of this folder on the core for clients. */
function onNode(main: string, client: string, flags: readonly string[] = [], args: readonly string[] = []) {
  const hooks = join(import.meta.dirname, '../server/resolve-typescript.js');
  const nodeFlags = [...flags, '--experimental-transform-types', '--import', hooks];
  return pinned(loadCore, process.execPath, [...nodeFlags, join(import.meta.dirname, main), client, ...args]);
}

class NodeSubject implements Subject {
  readonly #program: Program;

  constructor(name: string, client: string) {
    this.#program = new Program(...onNode('client-main.ts', client), { name, isEnvClean: true, hasInput: true });
  }

  async measure(job: Job): Promise<ClientFigures> {
    const result = this.#program.waitForLine((line) => jsonLine(line) as ClientFigures | undefined);
    this.#program.writeLine(JSON.stringify(job));
    return await result;
  }

  async end(): Promise<void> {
    this.#program.endInput();
    await this.#program.end();
  }
}
