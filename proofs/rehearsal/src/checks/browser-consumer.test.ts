import { outsidePrograms } from '@example/kit/toolchains';
import { expect, it } from 'vitest';
import { NotHereError } from '../rehearsal.ts';
import { findBrowser } from './browser-consumer.ts';

it('a missing browser is accepted outside of CI', () => {
  const missing = { ...outsidePrograms.chromium, candidates: ['/nowhere/chromium'] };
  expect(findBrowser(missing, {})).toBeUndefined();
  expect(() => findBrowser(missing, { CI: 'true' })).toThrow(NotHereError);
  const found = { ...missing, candidates: ['/nowhere/chromium', process.execPath] };
  expect(findBrowser(found, { CI: 'true' })).toBe(process.execPath);
});
