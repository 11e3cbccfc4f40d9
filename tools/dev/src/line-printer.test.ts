import { expect, it } from 'vitest';
import { type DevService, devServices } from './dev-service.ts';
import { linePrinter } from './line-printer.ts';

function printed(line: string): string {
  let text = '';
  const write = (more: string | Uint8Array) => {
    text += more;
    return true;
  };
  const services = devServices();
  const user = services.find(({ name }) => name === 'user') as DevService;
  linePrinter(user, services, { write, isTTY: false })(line);
  return text.replace(/\d\d:\d\d:\d\d/, 'TIME');
}

it.each([
  [
    { level: 30, rpc: '/a/B', status: 'Ok', durationMs: 1.5, protocol: 'gRPC', requestId: 'one', msg: 'call' },
    'user-service  | [TIME] INFO: /a/B Ok in 1.5 ms by gRPC {"requestId":"one"}\n',
  ],
  [
    { level: 40, service: 'user-service', msg: 'AUTH=off', why: 'dev' },
    'user-service  | [TIME] WARN: AUTH=off {"why":"dev"}\n',
  ],
])('formats the log line %j', (log, line) => {
  expect(printed(JSON.stringify({ time: 0, ...log }))).toBe(line);
});

it('keeps characters escaped that control a terminal', () => {
  const line = String.raw`{"level":40,"time":0,"msg":"\u001b[2J\u009b\r\\u001b","why":"\u202e"}`;
  expect(printed(line)).toBe(`user-service  | [TIME] WARN: ${String.raw`\u001b[2J\u009b\r\u001b {"why":"\u202e"}`}\n`);
});

it('prints a line that is not a log line unchanged', () => {
  expect(printed('[tsx] restarting')).toBe('user-service  | [tsx] restarting\n');
});

it.each([
  ['Ok', ''],
  ['Unavailable', 'user-service  | [TIME] WARN: /grpc.health.v1.Health/Check Unavailable in 1 ms by gRPC\n'],
])('prints a health check only if it failed: %s', (status, text) => {
  const call = { level: 40, time: 0, rpc: '/grpc.health.v1.Health/Check', status, durationMs: 1, protocol: 'gRPC' };
  expect(printed(JSON.stringify({ ...call, msg: 'call' }))).toBe(text);
});
