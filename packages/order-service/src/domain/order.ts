import { addedFields } from '@example/service-kit';

/** A quantity of one product at one price. */
export interface LineItem {
  readonly productId: string;
  readonly quantity: number;
  /** The price of one unit. */
  readonly unitPrice: number;
}

/** The statuses of an order, in the order it passes them. */
export const orderStatuses = ['PENDING', 'CONFIRMED', 'SHIPPED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** An order of a customer. */
export interface Order {
  /** `ord-` and a UUIDv7. */
  readonly id: string;
  readonly customerId: string;
  readonly items: readonly LineItem[];
  readonly total: number;
  readonly status: OrderStatus;
  /** When the order was created, to the millisecond. */
  readonly createTime: Date;
}

/** A line item of an upload; `orderId` may be empty. */
export interface UploadItem extends LineItem {
  readonly orderId: string;
}

/** The result of an upload of line items. */
export interface UploadSummary {
  /** The order that the items were added to; empty if they were only totalled. */
  readonly orderId: string;
  readonly itemCount: number;
  readonly totalQuantity: number;
  readonly total: number;
}

/** The item without other properties, and with a price of -0 replaced by 0. */
export function normalizeItem({ productId, quantity, unitPrice }: LineItem): LineItem {
  return { productId, quantity, unitPrice: unitPrice + 0 };
}

/** The item in the fingerprint of a request. */
export function itemFields({ productId, quantity, unitPrice, ...added }: LineItem): object {
  return Object.assign({ productId, quantity, unitPrice }, ...addedFields(added));
}
