import { type NodeServer, startNodeServer } from '@example/kit/programs';
import { FaultyLink } from './faulty-link.ts';

/** The faults that a run applies to a server. */
export const faults = ['kill', 'hang', 'drain', 'reset', 'half-open', 'slow', 'errors'] as const;
export type Fault = (typeof faults)[number];

/** Files that all servers of a run share. */
export interface BackendFiles {
  readonly store: string;
  /** The names of the creates that had an effect. */
  readonly executed: string;
  /** A byte for each request. */
  readonly requests: string;
}

/** Connections end by themselves all the time, after this age. */
const connectionAgeMs = '3000';

/** A server in its own process, behind a link. Its address stays the same when it is replaced. */
export class FaultyBackend implements AsyncDisposable {
  readonly link: FaultyLink;
  readonly #files: BackendFiles;
  #server: NodeServer | undefined;

  private constructor(link: FaultyLink, files: BackendFiles) {
    this.link = link;
    this.#files = files;
  }

  static async start(files: BackendFiles, host: string, port: number): Promise<FaultyBackend> {
    const backend = new FaultyBackend(await FaultyLink.listen(host, port), files);
    await backend.#startServer();
    return backend;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Applies the fault until `wait` resolves, and then repairs everything. */
  async suffer(fault: Fault, wait: () => Promise<unknown>): Promise<void> {
    switch (fault) {
      case 'kill':
      case 'drain': {
        this.link.to(0);
        await this.#process.end(fault === 'kill' ? 'SIGKILL' : 'SIGTERM', 20_000);
        await this.#startServer();
        break;
      }
      case 'hang':
        this.#process.signal('SIGSTOP');
        await wait();
        this.#process.signal('SIGCONT');
        break;
      case 'reset':
        this.link.reset();
        await wait();
        break;
      case 'errors':
        this.#process.signal('SIGUSR2');
        await wait();
        this.#process.signal('SIGUSR2');
        break;
      default:
        this.link.fault = fault;
        await wait();
        this.link.fault = 'none';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.link.close();
    await this.#process.end('SIGKILL');
  }

  get #process(): NodeServer['program'] {
    if (this.#server === undefined) throw new Error('the server has not started');
    return this.#server.program;
  }

  async #startServer(): Promise<void> {
    const { store, executed, requests } = this.#files;
    this.#server = await startNodeServer(new URL('./backend.ts', import.meta.url), {
      HOST: '127.0.0.1',
      STORE: store,
      EXECUTED: executed,
      REQUESTS: requests,
      CONNECTION_AGE_MS: connectionAgeMs,
      LOG_LEVEL: 'info',
      ACCESS_LOG: 'off',
    });
    this.link.to(Number(new URL(this.#server.url).port));
  }
}
