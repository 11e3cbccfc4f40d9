import { type Authority, createAuthority } from '@example/kit/authority';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Tls } from '../config/tls-files.ts';
import { recordingLogger } from '../testing/test-server.ts';
import { type FollowedCertificates, followCertificates } from './follow-certificates.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let authority: Authority;
let certificates: FollowedCertificates;
beforeAll(async () => {
  authority = await createAuthority();
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => {
  certificates.stop();
  vi.useRealTimers();
});

const serverPair = (issuer = authority) => issuer.issueForServer('localhost');

it('uses new certificates within a minute, and on reload', async () => {
  const { logger, lines } = recordingLogger();
  const use = vi.fn();
  let current: Tls = await serverPair();
  certificates = followCertificates(() => current, use, logger);
  vi.advanceTimersByTime(minute);
  expect(use).not.toHaveBeenCalled();

  current = await serverPair();
  vi.advanceTimersByTime(minute);
  expect(use.mock.calls).toEqual([[current]]);
  certificates.reload();
  expect(use).toHaveBeenCalledTimes(2);
  expect(lines.map(({ msg }) => msg)).toEqual(Array(2).fill('the certificates are reloaded'));
});

it('keeps its certificates when the new ones are not usable, and logs why', async () => {
  const { logger, lines } = recordingLogger();
  const use = vi.fn();
  const pair = await serverPair();
  let read = (): Tls => pair;
  certificates = followCertificates(() => read(), use, logger);
  read = () => {
    throw new Error('TLS_KEY is missing');
  };
  vi.advanceTimersByTime(minute);
  expect(use).not.toHaveBeenCalled();
  expect(lines).toMatchObject([{ level: 50, err: { message: 'TLS_KEY is missing' } }]);
});

it.each([
  [-minute, 'has expired'],
  [13 * day, 'expires in 12 days'],
])('warns at the start and each day of a certificate that is valid for %d ms', async (validMs, problem) => {
  const { logger, lines } = recordingLogger();
  const pair = await serverPair(await createAuthority(validMs));
  certificates = followCertificates(() => ({ ...pair, clientCa: authority.cert }), vi.fn(), logger);
  expect(lines).toMatchObject([{ level: 40, variable: 'TLS_CERT', msg: `a certificate of TLS_CERT ${problem}` }]);
  vi.advanceTimersByTime(day);
  expect(lines).toHaveLength(2);
});
