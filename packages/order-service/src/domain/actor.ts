import { PermissionDeniedError } from '@example/service-kit';
import type { Order } from './order.ts';

/** The caller of an operation. */
export interface Actor {
  /** The subject of the token; empty without authentication, when everybody is an admin. */
  readonly name: string;
  /** Whether the caller may access all orders, or only those whose customer id is `name`. */
  readonly isAdmin: boolean;
}

/** @throws {PermissionDeniedError} if a customer uses another customer's id */
export function checkCustomer({ name, isAdmin }: Actor, customerId: string): void {
  if (!isAdmin && customerId !== name) throw new PermissionDeniedError('customer_id must be your own');
}

/** An order that the caller may not see is reported as missing, which does not disclose that it exists. */
export function maySee({ name, isAdmin }: Actor, { customerId }: Order): boolean {
  return isAdmin || customerId === name;
}
