import { prettyFactory } from 'pino-pretty';
import type { ServiceSpec } from './service-spec.ts';

/** What a line of the access log has besides what is shown of it. */
const hidden = [
  'service',
  'rpc',
  'httpVersion',
  'protocol',
  'httpStatus',
  'status',
  'durationMs',
  'requestBytes',
  'responseBytes',
  'peer',
  'subject',
  'requestId',
];

/** Prints log lines as people read them, each led by the service it came from; what is no log line as it is. */
export function linePrinter(
  { name }: ServiceSpec,
  output: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
): (line: string) => void {
  const pretty = prettyFactory({
    colorize: output.isTTY,
    ignore: hidden.join(','),
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    messageFormat: (log, messageKey) =>
      log['durationMs'] === undefined
        ? `${log[messageKey]}`
        : `${log['rpc']} ${log['status']} in ${log['durationMs']} ms by ${log['protocol']}`,
  });
  return (line) =>
    output.write(`${name.padEnd('order-service'.length)} | ${line.startsWith('{') ? pretty(line) : `${line}\n`}`);
}
