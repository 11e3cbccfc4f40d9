import { prettyFactory } from 'pino-pretty';
import type { DevProgram } from './dev-service.ts';

/** Fields of an access log line that are not printed as JSON: some are in the message, the others are left out. */
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
];

/**
 * Formats log lines for people, and prefixes each with the name of its program. Other lines are printed unchanged.
 * Health checks that succeeded are left out.
 *
 * @param programs all programs that share the output, so that all prefixes have the same width
 */
export function linePrinter(
  { folder }: DevProgram,
  programs: readonly DevProgram[],
  output: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
): (line: string) => void {
  const width = Math.max(...programs.map((program) => program.folder.length));
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
  return (line) => {
    if (isHealthCheck(line)) return;
    const text = line.startsWith('{') ? pretty(keepEscaped(line)) : `${line}\n`;
    output.write(`${folder.padEnd(width)} | ${text}`);
  };
}

/** Envoy checks the health of each service every second, and would fill the terminal. */
function isHealthCheck(line: string): boolean {
  return line.includes('"rpc":"/grpc.health.v1.Health/Check"') && line.includes('"status":"Ok"');
}

/**
 * Escapes characters that control a terminal a second time, so that they are still escaped when the line has been
 * parsed. Line feeds are not escaped again.
 */
function keepEscaped(json: string): string {
  return json.replace(/\\(\\|u[0-9a-f]{4}|[bfr])/g, (text, of: string) => (of === '\\' ? text : `\\${text}`));
}
