import { FieldCheck } from '@example/service-kit';
import { ExactTotal } from './exact-total.ts';
import { type LineItem, normalizeItem, type UploadItem, type UploadSummary } from './order.ts';
import { checkUploadItem, maxOrderItems, maxUploadItems } from './order-rules.ts';

/** Checks and totals the items of one upload. Keeps no more items than an order may have. */
export class Upload {
  readonly #check = new FieldCheck();
  readonly #total = new ExactTotal();
  readonly #items: LineItem[] = [];
  #orderId = '';
  #itemCount = 0;
  #totalQuantity = 0;

  /** @param idempotencyKey the `idempotency-key` metadata of the call */
  constructor(idempotencyKey: string) {
    this.#check.optionalUuid('idempotency-key', idempotencyKey);
  }

  /**
   * @throws {InvalidFieldsError} if there are too many items, with all earlier violations; `finish` reports other
   * violations
   */
  add(item: UploadItem): void {
    if (this.#itemCount === maxUploadItems) {
      this.#check.that(false, 'items', `must be at most ${maxUploadItems}`);
      this.#check.throwIfAny();
    }
    if (this.#itemCount === 0) this.#orderId = item.orderId;
    checkUploadItem(this.#check, this.#itemCount, item, this.#orderId);
    this.#itemCount += 1;
    if (!this.#check.ok) return;
    const normalized = normalizeItem(item);
    this.#total.add(normalized);
    this.#totalQuantity += item.quantity;
    if (this.#orderId !== '' && this.#items.length < maxOrderItems) this.#items.push(normalized);
  }

  /**
   * @returns the summary, and the kept items if they are for an order
   * @throws {InvalidFieldsError}
   */
  finish(): { readonly summary: UploadSummary; readonly items: readonly LineItem[] } {
    this.#check.throwIfAny();
    const summary = {
      orderId: this.#orderId,
      itemCount: this.#itemCount,
      totalQuantity: this.#totalQuantity,
      total: this.#total.value,
    };
    return { summary, items: this.#items };
  }
}
