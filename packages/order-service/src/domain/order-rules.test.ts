import { expect, it } from 'vitest';
import { checkStatus } from './order-rules.ts';

it('the error for a status that is not known has the names that JSON takes', () => {
  expect(() => checkStatus('ord-1', undefined)).toThrow(
    'status must be one of ORDER_STATUS_PENDING, ORDER_STATUS_CONFIRMED, ORDER_STATUS_SHIPPED',
  );
});
