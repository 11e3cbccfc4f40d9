/** A quantity of one product at one price. */
export interface LineItem {
  readonly productId: string;
  readonly quantity: number;
  /** The price of one. */
  readonly unitPrice: number;
}

/** Where an order stands, from first to last. */
export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'SHIPPED';

/** What the caller decides about a new order. */
export interface NewOrder {
  readonly customerId: string;
  readonly items: readonly LineItem[];
}

/** What a customer asked for. */
export interface Order extends NewOrder {
  /** `ord-` and a UUIDv7. */
  readonly id: string;
  readonly total: number;
  readonly status: OrderStatus;
}

/** What an upload of line items came to. */
export interface UploadSummary {
  readonly itemCount: number;
  readonly totalQuantity: number;
  readonly total: number;
}
