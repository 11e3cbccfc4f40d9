import { type Logger, pino } from 'pino';

export type { Logger };

/** Lines are gathered up to that, in bytes, and written at the latest when the turn of the event loop ends. */
const gatheredBytes = 8 * 1024;

/** A logger of JSON lines to standard output, each of which names the service. */
export function createLogger(service: string, level: string): Logger {
  const output = pino.destination({ dest: 1, sync: true, minLength: gatheredBytes });
  let isFlushing = false;
  const flush = () => {
    isFlushing = false;
    output.flush();
  };
  process.on('exit', flush);
  const write = (line: string) => {
    output.write(line);
    if (isFlushing) return;
    isFlushing = true;
    setImmediate(flush);
  };
  return pino({ level, base: { service } }, { write });
}
