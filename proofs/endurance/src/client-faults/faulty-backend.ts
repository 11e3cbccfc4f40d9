import { type NodeServer, startNodeServer } from '@example/kit/programs';
import type { Random } from '@example/kit/random';
import type { FaultChange } from './backend/main.ts';
import type { Ledger } from './ledger.ts';
import type { Host } from './network/network.ts';

/** The faults that a run applies to a server. */
export const backendFaults = [
  'kill',
  'hang',
  'drain',
  'goaway',
  'reset',
  'half-open',
  'slow network',
  'slow server',
  'errors',
] as const;
export type BackendFault = (typeof backendFaults)[number];

/** The age at which a server ends a connection, in milliseconds: short, so that connections end throughout the run. */
const connectionAgeMs = '3000';
/** The timeout of the end of a server, in milliseconds: longer than the drain of its calls. */
const endMs = 20_000;
const maxFramesToGoaway = 40;
/** The codes of GOAWAY: NO_ERROR, INTERNAL_ERROR and ENHANCE_YOUR_CALM (RFC 9113, section 7). */
const goawayCodes = [0, 2, 11];

/** A server in a process of its own. Its address stays the same when it is replaced. */
export class FaultyBackend implements AsyncDisposable {
  readonly host: Host;
  readonly #port: number;
  readonly #ledger: Ledger;
  #server: NodeServer | undefined;

  private constructor(host: Host, port: number, ledger: Ledger) {
    this.host = host;
    this.#port = port;
    this.#ledger = ledger;
  }

  static async start(host: Host, port: number, ledger: Ledger): Promise<FaultyBackend> {
    const backend = new FaultyBackend(host, port, ledger);
    await backend.start();
    return backend;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Applies the fault until `wait` resolves, and then repairs everything. */
  async suffer(fault: BackendFault, random: Random, wait: () => Promise<unknown>): Promise<void> {
    switch (fault) {
      case 'kill':
      case 'drain':
        await this.end(fault === 'kill' ? 'SIGKILL' : 'SIGTERM');
        await this.start();
        break;
      case 'hang':
        this.#process.signal('SIGSTOP');
        await wait();
        this.#process.signal('SIGCONT');
        break;
      case 'goaway': {
        const goaway = { afterFrames: random.between(0, maxFramesToGoaway), errorCode: random.pick(goawayCodes) };
        this.#change({ goaway });
        await wait();
        break;
      }
      case 'reset':
        await this.#resetConnections(wait);
        break;
      case 'half-open':
        await this.#loseBytes(wait);
        break;
      case 'slow network':
        this.#change({ isLinkSlow: true });
        await wait();
        this.#change({ isLinkSlow: false });
        break;
      case 'slow server':
        await this.beSlow(wait);
        break;
      case 'errors':
        this.#change({ hasErrors: true });
        await wait();
        this.#change({ hasErrors: false });
        break;
    }
  }

  async beSlow(wait: () => Promise<unknown>): Promise<void> {
    this.#change({ isSlow: true });
    await wait();
    this.#change({ isSlow: false });
  }

  async start(): Promise<void> {
    const { store, executed, requests } = this.#ledger;
    const env = {
      HOST: '127.0.0.1',
      LINK_HOST: this.host.address,
      LINK_PORT: `${this.#port}`,
      STORE: store,
      EXECUTED: executed,
      REQUESTS: requests,
      CONNECTION_AGE_MS: connectionAgeMs,
      LOG_LEVEL: 'info',
      ACCESS_LOG: 'off',
    };
    const { launcher } = this.host;
    this.#server = await startNodeServer(new URL('./backend/main.ts', import.meta.url), env, {
      launcher,
      hasInput: true,
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#process.end(signal, endMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }

  async #resetConnections(wait: () => Promise<unknown>): Promise<void> {
    if (this.host.setPackets === undefined) {
      this.#change({ reset: true });
      await wait();
    } else await this.#breakPackets('reset', wait);
  }

  async #loseBytes(wait: () => Promise<unknown>): Promise<void> {
    if (this.host.setPackets === undefined) {
      this.#change({ isHalfOpen: true });
      await wait();
      this.#change({ isHalfOpen: false });
    } else await this.#breakPackets('drop', wait);
  }

  async #breakPackets(fault: 'reset' | 'drop', wait: () => Promise<unknown>): Promise<void> {
    await this.host.setPackets?.(fault);
    await wait();
    await this.host.setPackets?.(undefined);
  }

  get #process(): NodeServer['program'] {
    if (this.#server === undefined) throw new Error('the server has not started');
    return this.#server.program;
  }

  #change(change: FaultChange): void {
    this.#process.writeLine(JSON.stringify(change));
  }
}
