import { FieldCheck } from '@example/service-kit';
import { type LineItem, type OrderStatus, orderStatuses, type UploadItem } from './order.ts';

export const idLimits = { min: 1, max: 128 };
const maxQuantity = 1_000_000;
const maxUnitPrice = 1e9;

/** The maximum number of items of an order. */
export const maxOrderItems = 1_000;

/** The maximum number of items of an upload. */
export const maxUploadItems = 100_000;

/** @throws {InvalidFieldsError} */
export function checkId(field: string, id: string): void {
  const check = new FieldCheck();
  check.text(field, id, idLimits);
  check.throwIfAny();
}

/** Does not check each item if there are too many. @throws {InvalidFieldsError} */
export function checkNewOrder(customerId: string, items: readonly UploadItem[], requestId: string): void {
  const check = new FieldCheck();
  check.text('customer_id', customerId, idLimits);
  if (items.length > maxOrderItems) check.that(false, 'items', `must be at most ${maxOrderItems}`);
  else {
    for (const [index, item] of items.entries()) {
      checkItem(check, index, item);
      check.that(item.orderId === '', `items[${index}].order_id`, 'must be empty');
    }
  }
  check.optionalUuid('request_id', requestId);
  check.throwIfAny();
}

/** @param status undefined for a status that this version does not support @throws {InvalidFieldsError} */
export function checkStatus(id: string, status: string | undefined): OrderStatus {
  const check = new FieldCheck();
  check.text('id', id, idLimits);
  const known = orderStatuses.find((name) => name === status);
  check.that(
    known !== undefined,
    'status',
    `must be one of ${orderStatuses.map((name) => `ORDER_STATUS_${name}`).join(', ')}`,
  );
  check.throwIfAny();
  return known as OrderStatus;
}

/** Checks one item of an upload. @param orderId the order id of the first item */
export function checkUploadItem(check: FieldCheck, index: number, item: UploadItem, orderId: string): void {
  checkItem(check, index, item);
  const field = `items[${index}].order_id`;
  if (index > 0)
    check.that(item.orderId === '' || item.orderId === orderId, field, 'must be empty or that of the first item');
  else if (orderId !== '') check.text(field, orderId, idLimits);
}

/** Checks the item at `index`, counted from 0, of an order or an upload. */
function checkItem(check: FieldCheck, index: number, { productId, quantity, unitPrice }: LineItem): void {
  const path = `items[${index}]`;
  check.text(`${path}.product_id`, productId, idLimits);
  check.wholeNumber(`${path}.quantity`, quantity, 1, maxQuantity);
  check.that(
    unitPrice >= 0 && unitPrice <= maxUnitPrice,
    `${path}.unit_price`,
    `must be a finite number from 0 to ${maxUnitPrice}`,
  );
}
