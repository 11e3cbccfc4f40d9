import { expect, it } from 'vitest';
import { findBrowser } from './browser-consumer.ts';
import { NotHereError } from './rehearsal.ts';

it('does without a browser where there is none, but not in CI', () => {
  expect(findBrowser(['/nowhere/chromium'], {})).toBeUndefined();
  expect(() => findBrowser(['/nowhere/chromium'], { CI: 'true' })).toThrow(NotHereError);
  expect(findBrowser(['/nowhere/chromium', process.execPath], { CI: 'true' })).toBe(process.execPath);
});
