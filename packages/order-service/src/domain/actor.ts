import { PermissionDeniedError } from '@example/domain';
import type { Order } from './order.ts';

/** Who acts: a customer, who may touch nothing but their own orders; undefined for somebody who may touch all. */
export type Actor = string | undefined;

/** @throws {PermissionDeniedError} when a customer asks in the name of another */
export function checkCustomer(actor: Actor, customerId: string): void {
  if (actor !== undefined && customerId !== actor) {
    throw new PermissionDeniedError('customer_id must be your own');
  }
}

/** Another's order is not there, so that nobody learns which orders there are. */
export function maySee(actor: Actor, { customerId }: Order): boolean {
  return actor === undefined || customerId === actor;
}
