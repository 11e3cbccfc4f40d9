import { expect, it } from 'vitest';
import { linePrinter } from './line-printer.ts';
import { type ServiceSpec, serviceSpecs } from './service-spec.ts';

function printed(line: string): string {
  let text = '';
  const write = (more: string | Uint8Array) => {
    text += more;
    return true;
  };
  linePrinter(serviceSpecs(9000, 50051)[0] as ServiceSpec, { write, isTTY: false })(line);
  return text.replace(/\d\d:\d\d:\d\d/, 'TIME');
}

it.each([
  [
    { level: 30, service: 'user-service', rpc: '/a/B', status: 'Ok', durationMs: 1.5, protocol: 'gRPC', msg: 'call' },
    'user-service  | [TIME] INFO: /a/B Ok in 1.5 ms by gRPC\n',
  ],
  [
    { level: 40, service: 'user-service', msg: 'AUTH=off', why: 'dev' },
    'user-service  | [TIME] WARN: AUTH=off {"why":"dev"}\n',
  ],
])('formats the log line %j', (log, line) => {
  expect(printed(JSON.stringify({ time: 0, ...log }))).toBe(line);
});

it('prints a line that is not a log line unchanged', () => {
  expect(printed('[tsx] restarting')).toBe('user-service  | [tsx] restarting\n');
});
