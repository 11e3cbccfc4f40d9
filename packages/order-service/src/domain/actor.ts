import { PermissionDeniedError } from '@example/service-kit';
import type { Order } from './order.ts';

/** Who acts. */
export interface Actor {
  /** Empty when everybody may do everything. */
  readonly name: string;
  /** Whether they may touch all orders; else nothing but those of the customer that they are, by their name. */
  readonly isAdmin: boolean;
}

/** @throws {PermissionDeniedError} when a customer asks in the name of another */
export function checkCustomer({ name, isAdmin }: Actor, customerId: string): void {
  if (!isAdmin && customerId !== name) throw new PermissionDeniedError('customer_id must be your own');
}

/** Another's order is not there, so that nobody learns which orders there are. */
export function maySee({ name, isAdmin }: Actor, { customerId }: Order): boolean {
  return isAdmin || customerId === name;
}
