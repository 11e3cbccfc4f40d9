import type { ServerConfig } from '../config/server-config.ts';
import type { SharedLimit } from '../config/worker-part.ts';
import { type CallerLimit, RateLimit } from './rate-limit.ts';
import { SharedRateLimit } from './shared-rate-limit.ts';

/** The settings of what each caller may take. */
export type CallerLimits = Pick<
  ServerConfig,
  'callsPerSecond' | 'callBurst' | 'messagesPerSecond' | 'workers' | 'worker'
>;

/** Messages of one caller in one second, once a minute, as a multiple of those of every second. */
const messageBurst = 2;

/** Counts what callers take of a process, or of all workers in their supervisor. */
export function countedLimit(limit: SharedLimit, config: CallerLimits): RateLimit {
  if (limit === 'calls') return new RateLimit(config.callsPerSecond, config.callBurst);
  return new RateLimit(config.messagesPerSecond, messageBurst * config.messagesPerSecond);
}

/** Limits what callers take of a process; in a worker together with what they take of the others. */
export function callerLimit(limit: SharedLimit, config: CallerLimits): CallerLimit {
  if (config.worker === undefined) return countedLimit(limit, config);
  const perSecond = limit === 'calls' ? config.callsPerSecond : config.messagesPerSecond;
  return new SharedRateLimit(limit, perSecond, config.workers, config.worker);
}
