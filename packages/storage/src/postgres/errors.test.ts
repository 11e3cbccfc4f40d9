import { StoreUnavailableError } from '@example/service-kit';
import { expect, it } from 'vitest';
import { isConnectionLost, toStoreError } from './errors.ts';

it.each(['ECONNABORTED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', '57P01'])(
  'treats %s as a lost connection',
  (code) => {
    const error = Object.assign(new Error('no'), { code });
    expect(isConnectionLost(error)).toBe(true);
    expect(toStoreError(error)).toBeInstanceOf(StoreUnavailableError);
  },
);
