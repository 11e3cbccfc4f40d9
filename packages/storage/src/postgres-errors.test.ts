import { StoreUnavailableError } from '@example/service-kit';
import { expect, it } from 'vitest';
import { isConnectionLost, named } from './postgres-errors.ts';

it.each(['ECONNABORTED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', '57P01'])('%s is a lost connection', (code) => {
  const error = Object.assign(new Error('no'), { code });
  expect(isConnectionLost(error)).toBe(true);
  expect(named(error)).toBeInstanceOf(StoreUnavailableError);
});
