import { type Logger, pino } from 'pino';

export type { Logger };

/** A logger of JSON lines to standard output, each of which names the service. */
export function createLogger(service: string, level: string): Logger {
  return pino({ level, base: { service } }, pino.destination({ dest: 1, sync: true }));
}
