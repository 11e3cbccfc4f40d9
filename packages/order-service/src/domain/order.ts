/** A quantity of one product at one price. */
export interface LineItem {
  readonly productId: string;
  readonly quantity: number;
  /** The price of one. */
  readonly unitPrice: number;
}

/** Where an order stands, from first to last. */
export const orderStatuses = ['PENDING', 'CONFIRMED', 'SHIPPED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** What a customer asked for. */
export interface Order {
  /** `ord-` and a UUIDv7. */
  readonly id: string;
  readonly customerId: string;
  readonly items: readonly LineItem[];
  readonly total: number;
  readonly status: OrderStatus;
  /** When it was taken, to the millisecond. */
  readonly createTime: Date;
}

/** A line item on its way to an order; the id is empty when it does not say which. */
export interface UploadItem extends LineItem {
  readonly orderId: string;
}

/** What an upload of line items came to. */
export interface UploadSummary {
  /** The order that the items were added to; empty when they were not. */
  readonly orderId: string;
  readonly itemCount: number;
  readonly totalQuantity: number;
  readonly total: number;
}

/** The item alone, with a negative zero made zero. */
export function normalItem({ productId, quantity, unitPrice }: LineItem): LineItem {
  return { productId, quantity, unitPrice: unitPrice + 0 };
}
