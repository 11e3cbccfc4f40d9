import * as serviceKit from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import { deserializeError, serializeError } from './error-serialization.ts';
import { StoreDamagedError } from './errors.ts';

const sent = (error: unknown) => deserializeError(structuredClone(serializeError(error)));

describe('an error that a write throws', () => {
  const classes = Object.values({ ...serviceKit, StoreDamagedError }).filter(
    (value) => typeof value === 'function' && value.prototype instanceof Error,
  );

  it.each(classes)('keeps its class: %o', (errorClass) => {
    const received = sent(Reflect.construct(errorClass, ['m', 'TYPE', 'subject', { user_id: '7' }]));
    expect(received.constructor).toBe(errorClass);
  });

  it('keeps its fields, stack and cause', () => {
    const cause = Object.assign(new Error('disk I/O error'), { errcode: 10 });
    for (const error of [
      new serviceKit.NotFoundError('there is no user 7', 'USER_NOT_FOUND', 'user', { user_id: '7' }),
      new serviceKit.StoreUnavailableError('the store cannot be read', { cause }),
    ]) {
      expect(sent(error)).toEqual(error);
      expect(sent(error).stack).toBe(error.stack);
    }
  });

  it('of a bug keeps its name and stack, whatever fields it has', () => {
    const bug = Object.assign(new TypeError('x is not a function'), { callback: () => {} });
    expect(sent(bug)).toMatchObject({ name: 'TypeError', message: bug.message, stack: bug.stack });
    expect(sent('thrown')).toMatchObject({ message: 'thrown' });
  });
});
