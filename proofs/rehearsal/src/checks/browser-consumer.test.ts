import { expect, it } from 'vitest';
import { NotHereError } from '../rehearsal.ts';
import { findBrowser } from './browser-consumer.ts';

it('a missing browser is accepted, but not in CI', () => {
  expect(findBrowser(['/nowhere/chromium'], {})).toBeUndefined();
  expect(() => findBrowser(['/nowhere/chromium'], { CI: 'true' })).toThrow(NotHereError);
  expect(findBrowser(['/nowhere/chromium', process.execPath], { CI: 'true' })).toBe(process.execPath);
});
