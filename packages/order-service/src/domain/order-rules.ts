import { FieldCheck } from '@example/domain';
import type { LineItem, NewOrder } from './order.ts';

export const idLimits = { min: 1, max: 128 };
const maxQuantity = 1_000_000;
const maxUnitPrice = 1e9;
const maxOrderItems = 1_000;

/** How many items one upload may have. */
export const maxUploadItems = 100_000;

/** @throws {InvalidFieldsError} */
export function checkId(field: string, id: string): void {
  const check = new FieldCheck();
  check.text(field, id, idLimits);
  check.throwIfAny();
}

/** The items of an order that has too many are not looked at. @throws {InvalidFieldsError} */
export function checkNewOrder({ customerId, items }: NewOrder): void {
  const check = new FieldCheck();
  check.text('customer_id', customerId, idLimits);
  if (items.length > maxOrderItems) check.that(false, 'items', `must be at most ${maxOrderItems}`);
  else for (const [index, item] of items.entries()) checkItem(check, index, item);
  check.throwIfAny();
}

/** Checks the item with the given place, counted from 0, in an order or an upload. */
export function checkItem(check: FieldCheck, index: number, { productId, quantity, unitPrice }: LineItem): void {
  const path = `items[${index}]`;
  check.text(`${path}.product_id`, productId, idLimits);
  check.wholeNumber(`${path}.quantity`, quantity, 1, maxQuantity);
  check.that(
    unitPrice >= 0 && unitPrice <= maxUnitPrice,
    `${path}.unit_price`,
    `must be a finite number from 0 to ${maxUnitPrice}`,
  );
}
