import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Logs a line of every kind of value, and an entry of the access log for comparison. */
const program = String.raw`
  import { AccessLogEntry } from './src/call/access-log.ts';
  import { createLogger, openLog } from './src/process/logger.ts';

  const source = { service: 'test' };
  const logger = createLogger(source, { logLevel: 'info' }, openLog(source, { logBufferBytes: 1_000_000 }));
  const refuse = () => {
    throw { get message() { throw 1; } };
  };
  const traps = { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse };
  const cyclic = { name: 'cyclic' };
  cyclic.self = cyclic;
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const deep = {};
  for (let i = 0, at = deep; i < 100; i++) at = at.next = { text: 'x'.repeat(5_000) };
  const hidden = '\u007f\u0085\u009b\u061c\u2028\u2029\u202e\u2066\ufeff\ud83d\u{e0041}\n';

  for (const value of [
    new Proxy({}, traps), new Proxy(new Error('x'), traps), proxy, refuse, Symbol('s'), 1n, null, undefined, [], NaN,
    cyclic, deep, { get text() { refuse(); } }, { toJSON: refuse }, Object.create(null), new Date(NaN),
    { text: 'x'.repeat(1_000_000) }, Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => ['key' + i, i])),
    { ['x'.repeat(100_000)]: 1 }, new Uint8Array(1_000_000), Array(1_000_000).fill('text'), { hidden, [hidden]: 1 },
    Object.freeze(new Error('frozen')), new Error('x'.repeat(1_000_000), { cause: cyclic }),
    Object.defineProperty(new Error('y'), 'stack', { get: refuse }), new AggregateError([new Error('one')], hidden),
  ]) {
    logger.info(value, 'given');
    logger.child({ value }).error({ err: value }, 'given');
    logger.info('%s %o', value, value);
    logger.info(value);
  }
  const record = { requestId: 'one', peer: hidden, requestBytes: 1, responseBytes: 2, subject: hidden + 'x'.repeat(20_000) };
  const request = { headers: { path: '/' + hidden }, httpVersion: '2.0', httpStatus: 200, isResponseComplete: true, startedAt: 0 };
  logger.info(new AccessLogEntry(record, request), 'call');
`;

const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
const { stdout, stderr } = spawnSync(process.execPath, args, {
  cwd: `${import.meta.dirname}/../..`,
  encoding: 'utf8',
  maxBuffer: 100_000_000,
});
const texts = stdout.split('\n').slice(0, -1);

describe('a line of the log, whatever it is made of,', () => {
  it('is written', () => {
    expect(stderr).toBe('');
    expect(texts).toHaveLength(26 * 4 + 1);
    const lines = texts.map((text) => JSON.parse(text));
    expect(lines).toContainEqual(expect.objectContaining({ err: expect.objectContaining({ message: 'frozen' }) }));
    expect(lines).toContainEqual(expect.objectContaining({ name: 'cyclic', msg: 'given' }));
    expect(lines).toContainEqual(expect.objectContaining({ text: '[unreadable]', msg: 'given' }));
  });

  it('has a bounded length', () => {
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(70_000);
    const { subject } = JSON.parse(texts.at(-1) ?? '');
    expect(subject).toHaveLength(200);
  });

  it('has no character that acts on a terminal, ends a line, or hides or reorders text', () => {
    expect(stdout).not.toMatch(/[^\P{C}\n]|\p{Zl}|\p{Zp}/u);
    expect(texts.at(-1)).toContain(String.raw`"peer":"\u007f\u0085\u009b\u061c\u2028\u2029\u202e\u2066\ufeff`);
  });
});
