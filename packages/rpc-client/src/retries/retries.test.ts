import { Code, ConnectError } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it } from 'vitest';
import { idempotencyRule } from './default-policy.ts';
import { readPushback } from './pushback.ts';
import { type Failure, Retries } from './retries.ts';
import { RetryThrottle } from './retry-throttle.ts';

const unavailable: Failure = { code: Code.Unavailable, seenByServer: 'unknown', pushback: undefined };
const policy = idempotencyRule(UserService.method.getUser).policyFor({}, undefined);

describe('the policy of a method', () => {
  it.each([
    ['NO_SIDE_EFFECTS', UserService.method.getUser, { id: '1' }, undefined, true],
    ['a request id', UserService.method.createUser, { requestId: 'x' }, undefined, true],
    ['an empty request id', UserService.method.createUser, { requestId: '' }, undefined, false],
    ['no request id', UserService.method.createUser, {}, undefined, false],
    ['an idempotency key', NoteService.method.uploadLines, {}, 'key', true],
    ['neither', NoteService.method.updateNote, {}, null, false],
  ])('with %s', (_, method, message, key, isRetried) => {
    expect(idempotencyRule(method).policyFor(message, key) !== undefined).toBe(isRetried);
  });
});

it('makes three attempts, the second after 0.1 s and the third after 0.2 s, each by up to a fifth sooner or later', () => {
  const retries = new Retries(policy, new RetryThrottle());
  const [first, second, third] = [1, 2, 3].map(() => retries.afterFailure(unavailable));
  expect(Math.abs((first as number) - 100)).toBeLessThanOrEqual(20);
  expect(Math.abs((second as number) - 200)).toBeLessThanOrEqual(40);
  expect(third).toBeUndefined();
  expect(retries.previousAttempts).toBe(2);
});

it('without a policy, never repeats a request that a server may have seen', () => {
  expect(new Retries(undefined, new RetryThrottle()).afterFailure(unavailable)).toBeUndefined();
});

it('repeats at once a request that no server has processed, and does not count that attempt', () => {
  const retries = new Retries(undefined, new RetryThrottle());
  for (let time = 0; time < 20; time++) {
    expect(retries.afterFailure({ ...unavailable, seenByServer: 'nothing' })).toBe(0);
  }
  const refused: Failure = { ...unavailable, seenByServer: 'refused' };
  expect([1, 2, 3, 4].map(() => retries.afterFailure(refused))).toEqual([0, 0, 0, undefined]);
  expect(retries.previousAttempts).toBe(0);
});

it('repeats no other code', () => {
  const retries = new Retries(policy, new RetryThrottle());
  expect(retries.afterFailure({ ...unavailable, code: Code.Internal })).toBeUndefined();
});

it.each([
  ['250', 250],
  ['0', 0],
  ['2147483647', 2_147_483_647],
  ['2147483648', undefined],
  ['9999999999', undefined],
  ['-1', undefined],
  ['soon', undefined],
])('obeys a pushback of %j', (pushback, expected) => {
  const error = new ConnectError('', Code.Unavailable, { 'grpc-retry-pushback-ms': pushback });
  const failure: Failure = { ...unavailable, pushback: readPushback(error) };
  expect(new Retries(policy, new RetryThrottle()).afterFailure(failure)).toBe(expected);
});

it('stops retries while half of the tokens are used up, and then allows one for ten successes', () => {
  const throttle = new RetryThrottle({ maxTokens: 10, tokenRatio: 0.1 });
  const isRetried = () => new Retries(policy, throttle).afterFailure(unavailable) !== undefined;
  expect(Array.from({ length: 8 }, isRetried)).toEqual([true, true, true, true, false, false, false, false]);
  for (let success = 0; success < 41; success++) throttle.onSuccess();
  expect([isRetried(), isRetried()]).toEqual([true, false]);
});
