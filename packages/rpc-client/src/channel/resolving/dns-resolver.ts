import { lookup, Resolver as NameServer } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock, ClockTimer } from '@example/rpc-core';
import { backoffMs } from '../../backoff.ts';
import type { Endpoint, Resolver, ResolverListener } from './resolver.ts';
import { parseHostPort, type Target } from './target.ts';

/** The bounds of the time between two queries, whatever the TTL is, in milliseconds. */
const refreshMs = { min: 1_000, max: 30_000 };
/** The time between two queries if the TTL is unknown, as it is with the system's resolver, in milliseconds. */
const unknownTtlMs = 1_500;
/** The time between two queries that lost connections cause. */
const refreshBackoff = { initialMs: 200, maxMs: 10_000 };
const failureBackoff = { initialMs: 500, maxMs: 10_000 };

interface Found {
  readonly hosts: readonly string[];
  readonly ttlMs: number;
}

/**
 * Resolves `dns:///HOST:PORT` with the system's resolver, and `dns://SERVER/HOST:PORT` with that name server. While
 * calls are made it queries again, so that a new server soon gets calls: after the TTL, but at most once a second, and
 * after 1.5 s if the TTL is unknown. Each wait is shortened at random by up to a quarter, so that many clients do not
 * query at the same time. A failure or an empty list changes nothing while there are endpoints.
 */
export class DnsResolver implements Resolver {
  readonly authority: string;
  readonly #host: string;
  readonly #port: number;
  readonly #nameServer: NameServer | undefined;
  #listener: ResolverListener | undefined;
  readonly #clock: Clock;
  #timer: ClockTimer | undefined;
  #isAsking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #known = '';

  constructor({ authority, path }: Target, clock: Clock) {
    const { host, port } = parseHostPort(path);
    this.authority = path;
    this.#host = host;
    this.#port = port;
    this.#clock = clock;
    if (authority === undefined || authority === '') return;
    this.#nameServer = new NameServer({ timeout: 2_000, tries: 2 });
    this.#nameServer.setServers([authority]);
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    this.#known = '';
    this.#failures = 0;
    if (isIP(this.#host) !== 0) process.nextTick(() => this.#report([this.#host]));
    else void this.#ask();
  }

  refresh(): void {
    if (this.#timer === undefined) return;
    const wait = this.#askedAt + backoffMs(this.#failures, refreshBackoff) - this.#clock.now();
    this.#askIn(Math.max(0, wait));
  }

  stop(): void {
    this.#listener = undefined;
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #askIn(ms: number): void {
    this.#clock.clear(this.#timer);
    this.#timer = this.#clock.setTimeout(() => void this.#ask(), ms);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#timer = undefined;
    this.#isAsking = true;
    this.#askedAt = this.#clock.now();
    let nextMs: number;
    try {
      const { hosts, ttlMs } = await this.#lookUp();
      this.#failures = 0;
      this.#report(hosts);
      nextMs = Math.min(Math.max(ttlMs, refreshMs.min), refreshMs.max) * (0.75 + Math.random() / 4);
    } catch (error) {
      nextMs = backoffMs(this.#failures, failureBackoff);
      this.#failures += 1;
      if (this.#known === '') this.#listener?.onError(`${this.#host} cannot be resolved: ${(error as Error).message}`);
    } finally {
      this.#isAsking = false;
    }
    if (this.#listener !== undefined) this.#askIn(nextMs);
  }

  async #lookUp(): Promise<Found> {
    if (this.#nameServer === undefined) {
      const found = await lookup(this.#host, { all: true });
      return { hosts: found.map(({ address }) => address), ttlMs: unknownTtlMs };
    }
    const [v4, v6] = await Promise.allSettled([
      this.#nameServer.resolve4(this.#host, { ttl: true }),
      this.#nameServer.resolve6(this.#host, { ttl: true }),
    ]);
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
    const found = [v4, v6].flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    return {
      hosts: found.map(({ address }) => address),
      ttlMs: Math.min(...found.map(({ ttl }) => ttl * 1_000)),
    };
  }

  #report(hosts: readonly string[]): void {
    if (hosts.length === 0) throw new Error('the name has no addresses');
    const sorted = [...new Set(hosts)].sort();
    const text = sorted.join();
    if (text === this.#known) return;
    this.#known = text;
    this.#listener?.onEndpoints(sorted.map((host): Endpoint => ({ addresses: [{ host, port: this.#port }] })));
  }
}
