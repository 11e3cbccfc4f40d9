import type { ServerConfig } from '../config/server-config.ts';
import type { SharedLimit } from '../config/worker-part.ts';
import { type CallerLimit, RateLimit } from './rate-limit.ts';
import { SharedRateLimit } from './shared-rate-limit.ts';

/** The settings that limit each caller. */
export type CallerLimits = Pick<
  ServerConfig,
  'callsPerSecond' | 'callBurst' | 'messagesPerSecond' | 'workers' | 'worker'
>;

/** The burst of messages that a caller may send in one second of each minute, as a multiple of its rate. */
const messageBurst = 2;

/**
 * Creates the limit that counts calls or messages: that of a process without workers, or of a supervisor for its
 * workers.
 */
export function countedLimit(limit: SharedLimit, config: CallerLimits): RateLimit {
  if (limit === 'calls') return new RateLimit(config.callsPerSecond, config.callBurst);
  return new RateLimit(config.messagesPerSecond, messageBurst * config.messagesPerSecond);
}

/** Creates the limit of each caller of this process. In a worker, it is a part of the limit that all workers share. */
export function callerLimit(limit: SharedLimit, config: CallerLimits): CallerLimit {
  if (config.worker === undefined) return countedLimit(limit, config);
  const perSecond = limit === 'calls' ? config.callsPerSecond : config.messagesPerSecond;
  return new SharedRateLimit(limit, perSecond, config.workers, config.worker);
}
