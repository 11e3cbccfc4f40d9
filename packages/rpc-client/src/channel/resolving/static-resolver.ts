import type { Endpoint, Resolver, ResolverListener } from './resolver.ts';
import { parseHostPort, type Target } from './target.ts';

/** Endpoints that do not change: `ipv4:` and `ipv6:` with a list of `ADDRESS:PORT`, `unix:PATH`. */
export class StaticResolver implements Resolver {
  readonly authority: string;
  readonly #endpoints: readonly Endpoint[];
  #listener: ResolverListener | undefined;

  constructor({ scheme, path, authority }: Target) {
    if (scheme === 'unix') {
      this.authority = 'localhost';
      this.#endpoints = [{ addresses: [{ path: authority === '' ? `/${path}` : path }] }];
    } else {
      const addresses = path.split(',').map(parseHostPort);
      this.authority = path.split(',')[0] as string;
      this.#endpoints = addresses.map((address) => ({ addresses: [address] }));
    }
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    process.nextTick(() => this.#listener?.onEndpoints(this.#endpoints));
  }

  refresh(): void {}

  stop(): void {
    this.#listener = undefined;
  }
}
