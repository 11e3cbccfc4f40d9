import { FieldCheck } from '@example/service-kit';
import { ExactTotal } from './exact-total.ts';
import { type LineItem, normalItem, type UploadItem, type UploadSummary } from './order.ts';
import { checkUploadItem, maxOrderItems, maxUploadItems } from './order-rules.ts';

/** Takes the items of one upload, of which it keeps no more than an order can have. */
export class Upload {
  readonly #check = new FieldCheck();
  readonly #total = new ExactTotal();
  readonly #items: LineItem[] = [];
  #orderId = '';
  #itemCount = 0;
  #totalQuantity = 0;

  /** @param idempotencyKey as the caller gave it */
  constructor(idempotencyKey: string) {
    this.#check.optionalUuid('idempotency-key', idempotencyKey);
  }

  /** @throws {InvalidFieldsError} when there are too many, with what was wrong before; else `finish` says what is */
  add(item: UploadItem): void {
    if (this.#itemCount === maxUploadItems) {
      this.#check.that(false, 'items', `must be at most ${maxUploadItems}`);
      this.#check.throwIfAny();
    }
    if (this.#itemCount === 0) this.#orderId = item.orderId;
    checkUploadItem(this.#check, this.#itemCount, item, this.#orderId);
    this.#itemCount += 1;
    if (!this.#check.ok) return;
    const normal = normalItem(item);
    this.#total.add(normal);
    this.#totalQuantity += item.quantity;
    if (this.#orderId !== '' && this.#items.length < maxOrderItems) this.#items.push(normal);
  }

  /**
   * @returns what the upload came to, and its first items when they are for an order
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
