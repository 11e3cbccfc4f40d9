import { type DestinationStream, type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { ServerConfig } from './config.ts';

export type { Logger };

/** A logger to standard output, whose lines name the service. */
export function createLogger(service: string, { level, format }: ServerConfig['log']): Logger {
  const destination: DestinationStream =
    format === 'pretty'
      ? PinoPretty({ ignore: 'pid,hostname,service', translateTime: 'SYS:HH:MM:ss', sync: true })
      : pino.destination({ dest: 1, sync: true });
  return pino({ level, base: { pid: process.pid, service } }, destination);
}
