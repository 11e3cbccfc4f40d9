import { expect, it } from 'vitest';
import { type CallStage, DeadlineCause, deadlineError } from './time-spent.ts';

const causeOf = (spent: readonly (readonly [CallStage, number])[], blockedMs = 0) =>
  deadlineError(new Map(spent), blockedMs, 'dns:///users:9000').cause as DeadlineCause;

it('names the stages, the longest one first, and leaves out stages that took no time', () => {
  const { stage, message } = causeOf([
    ['token', 0.2],
    ['connecting', 120],
    ['response', 380],
  ]);
  expect(stage).toBe('response');
  expect(message).toBe(
    'the deadline of a call to dns:///users:9000 has passed after 500 ms: ' +
      '380 ms waiting for the response, 120 ms connecting',
  );
});

it('names a blocked event loop when it took most of the time', () => {
  expect(causeOf([['response', 500]], 300).stage).toBe('event loop');
  expect(causeOf([['response', 500]], 100).stage).toBe('response');
  expect(causeOf([['response', 500]], 300)).toBeInstanceOf(DeadlineCause);
});
