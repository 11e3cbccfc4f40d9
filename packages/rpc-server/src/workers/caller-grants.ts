import { countedLimit } from '../auth/caller-limit.ts';
import type { RateLimit } from '../auth/rate-limit.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Grant, SharedLimit } from '../config/worker-part.ts';
import type { Ask } from './messages.ts';

/** Counts the calls and messages of each caller, for the limits that all workers share. */
export class CallerGrants {
  readonly #limits: Readonly<Record<SharedLimit, RateLimit>>;

  constructor(config: ServerConfig) {
    this.#limits = { calls: countedLimit('calls', config), messages: countedLimit('messages', config) };
  }

  /** Grants the wanted amount, or as much of it as is left. */
  grant([limit, caller, amount]: Ask, now = performance.now()): Grant {
    const counted = this.#limits[limit];
    let granted = 0;
    while (granted < amount && counted.take(caller, now) === 0) granted += 1;
    return { amount: granted, forMs: counted.secondLeft(caller, now) };
  }
}
