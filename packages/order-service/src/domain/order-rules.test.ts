import { expect, it } from 'vitest';
import { checkStatus } from './order-rules.ts';

it('the error for an unknown status lists the names that JSON accepts', () => {
  expect(() => checkStatus('ord-1', undefined)).toThrow(
    'status must be one of ORDER_STATUS_PENDING, ORDER_STATUS_CONFIRMED, ORDER_STATUS_SHIPPED',
  );
});
