import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Writes lines of the same calls by our logger, by a child of it, and by pino itself. */
const program = String.raw`
  import { pino } from 'pino';
  import { logAccess } from './src/call/access-log.ts';
  import { createLogger, openLog } from './src/process/logger.ts';

  const service = 'a "service"';
  const record = { requestId: 'one', peer: '::1', requestBytes: 1, responseBytes: 2, subject: 'A"o\\\u0000\u00ef\n', code: 5 };
  const ended = { headers: { path: '/"\\\u2028', protocol: 'grpc' }, httpVersion: '2.0', httpStatus: 200, isResponseComplete: true, startedAt: 0 };
  const withoutSubject = { ...record, subject: undefined };
  const source = { service, worker: 2 };
  const ours = createLogger(source, { logLevel: 'info' }, openLog(source, { logBufferBytes: 65536 }));
  const theirs = pino({ base: source }, pino.destination({ dest: 1, sync: true }));
  for (const logger of [ours, ours.child({ of: 'a child' }), theirs]) {
    for (const each of [record, withoutSubject]) logAccess({ logger, config: { accessLog: 'all' } }, each, ended);
  }
`;

it('the logger writes the line of a call exactly as pino would, also as a child', () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: `${import.meta.dirname}/../..`,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), time: 0, durationMs: 0 }));
  const ours = lines.filter((line) => line.of === undefined);
  expect(ours).toHaveLength(4);
  expect(ours.slice(0, 2)).toEqual(ours.slice(2));
  expect(lines.filter((line) => line.of === 'a child')).toEqual(
    ours.slice(2).map((line) => ({ ...line, of: 'a child' })),
  );
});
