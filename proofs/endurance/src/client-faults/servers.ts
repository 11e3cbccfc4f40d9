import { setTimeout } from 'node:timers/promises';
import { freePort } from '@example/kit/programs';
import type { Random } from '@example/kit/random';
import { type NameServer, startNameServer } from '@example/rpc-client/testing/name-server';
import { type BackendFault, backendFaults, FaultyBackend } from './faulty-backend.ts';
import { Ledger } from './ledger.ts';
import type { Network } from './network/network.ts';
import type { Target } from './tested-client.ts';

const nameFaults = ['names away', 'names lie'] as const;
type NameFault = (typeof nameFaults)[number];
export type Fault = BackendFault | NameFault;
/** All faults of a run: the faults of servers, and the faults of their name. */
export const faults: readonly Fault[] = [...backendFaults, ...nameFaults];

/** How long faults last, in milliseconds. */
export interface Pace {
  readonly minMs: number;
  readonly maxMs: number;
  /** The share of faults that last longer, so that a client with keepalive closes its dead connections. */
  readonly longShare: number;
}

export const usualPace: Pace = { minMs: 200, maxMs: 1_500, longShare: 0.05 };
const longMs = 6_000;
/** The pause between two faults, in which the client finds its servers again, in milliseconds. */
const calmMs = 300;
/** The TTL of the servers' addresses. */
const ttlSeconds = 1;

/** The servers of a run, and their name. */
export class Servers implements AsyncDisposable {
  readonly all: FaultyBackend[] = [];
  readonly ledger = new Ledger();
  readonly target: Target;
  readonly #names: NameServer;
  readonly #network: Network;

  private constructor(names: NameServer, port: number, network: Network) {
    this.target = { nameServer: names.address, host: 'users.test', port };
    this.#names = names;
    this.#network = network;
  }

  static async start(count: number, network: Network): Promise<Servers> {
    const servers = new Servers(await startNameServer(ttlSeconds), await freePort(), network);
    try {
      while (servers.all.length < count) await servers.add();
      return servers;
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Adds a server. Its name lists it once it listens. */
  async add(): Promise<FaultyBackend> {
    const host = this.#network.addHost(this.all.length);
    const backend = await FaultyBackend.start(host, this.target.port, this.ledger);
    this.all.push(backend);
    this.#list();
    return backend;
  }

  /** Breaks a server or the name for some time, and then repairs everything. */
  async suffer(fault: Fault, random: Random, { minMs, maxMs, longShare }: Pace): Promise<void> {
    const ms = random.chance(longShare) ? longMs : random.between(minMs, maxMs);
    const wait = () => setTimeout(ms);
    if (isNameFault(fault)) await this.#breakNames(fault, random, wait);
    else await random.pick(this.all).suffer(fault, random, wait);
    await setTimeout(calmMs);
  }

  async #breakNames(fault: NameFault, random: Random, wait: () => Promise<unknown>): Promise<void> {
    const { wrongAddress } = this.#network;
    const lies = [[], [wrongAddress], [wrongAddress, ...(this.#names.addresses ?? []).slice(1)]];
    this.#names.addresses = fault === 'names away' ? undefined : random.pick(lies);
    await wait();
    this.#list();
  }

  #list(): void {
    this.#names.addresses = this.all.map(({ host }) => host.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const backend of this.all) await backend[Symbol.asyncDispose]();
    await this.#names[Symbol.asyncDispose]();
    this.ledger[Symbol.dispose]();
  }
}

function isNameFault(fault: Fault): fault is NameFault {
  return (nameFaults as readonly Fault[]).includes(fault);
}
