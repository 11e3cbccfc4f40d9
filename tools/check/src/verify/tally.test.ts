import { expect, it } from 'vitest';
import { failuresIn, tallyOf } from './tally.ts';

it.each([
  ['      Tests  \u001b[31m1 failed\u001b[39m | 363 passed | 2 skipped (366)\n', { passed: 363, failed: 1 }],
  ['      Tests  5 passed (5)\n     Errors  2 errors\n', { passed: 5, failed: 2 }],
  ['passed  style\n\n7 passed, 0 failed\n', { passed: 7, failed: 0 }],
  ['28 of 28 passed\n', undefined],
])('reads from %j that it comes to %o', (output, tally) => {
  expect(tallyOf(output)).toEqual(tally);
});

it('repeats the output of vitest and of the checks about failures', () => {
  expect(failuresIn('✓ one\n⎯⎯⎯ Failed Tests 1 ⎯⎯⎯\n FAIL  two\n')).toBe('⎯⎯⎯ Failed Tests 1 ⎯⎯⎯\n FAIL  two\n\n');
  expect(failuresIn('passed  style\n\nFAILED  types\nwhy\n')).toContain('FAILED  types\nwhy');
  expect(failuresIn('✓ one\n')).toBe('');
});
