import { type Logger, pino } from 'pino';
import { AccessLine } from '../calls/access-line.ts';

export type { Logger };

/** Lines are gathered up to so many characters, and written at the latest when the turn of the event loop ends. */
const gatheredLength = 16 * 1024;

/** A logger of JSON lines to standard output, each of which names the service. */
export function createLogger(service: string, level: string): Logger {
  const write = gathering(pino.destination({ dest: 1, sync: true }));
  const lineOf = accessLines(service);
  const logger = pino(
    {
      level,
      base: { service },
      hooks: {
        logMethod(args, method) {
          const [fields, message]: unknown[] = args;
          if (this === logger && fields instanceof AccessLine) write(lineOf(fields, `${message}`));
          else method.apply(this, args);
        },
      },
    },
    { write },
  );
  return logger;
}

/** What pino makes of them, in a fraction of the time: a busy server writes little else. */
function accessLines(service: string): (fields: AccessLine, msg: string) => string {
  const start = `{"level":${pino.levels.values['info']},"service":${JSON.stringify(service)},"time":`;
  return (fields, msg) => `${start}${Date.now()},"msg":${JSON.stringify(msg)},${fields.json}}\n`;
}

function gathering(output: { write(text: string): unknown }): (line: string) => void {
  let lines = '';
  const flush = () => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.on('exit', flush);
  return (line) => {
    if (lines === '') setImmediate(flush);
    lines += line;
    if (lines.length >= gatheredLength) flush();
  };
}
