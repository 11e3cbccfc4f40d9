import { FieldCheck, InvalidFieldsError, NotFoundError } from '@example/domain';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, checkCustomer, maySee } from './actor.ts';
import { ExactTotal } from './exact-total.ts';
import type { LineItem, NewOrder, Order, UploadSummary } from './order.ts';
import type { OrderRepository } from './order-repository.ts';
import { checkId, checkItem, checkNewOrder, maxUploadItems } from './order-rules.ts';

/**
 * What can be done with orders, whatever protocol asks for it. Every method throws InvalidFieldsError for input that breaks
 * the field rules, and StoreUnavailableError.
 */
export class Orders {
  readonly #repository: OrderRepository;

  constructor(repository: OrderRepository) {
    this.#repository = repository;
  }

  /** @throws {PermissionDeniedError} for another's customer_id */
  async create(newOrder: NewOrder, actor: Actor): Promise<Order> {
    checkNewOrder(newOrder);
    checkCustomer(actor, newOrder.customerId);
    const items = newOrder.items.map(normalItem);
    const total = new ExactTotal();
    for (const item of items) total.add(item);
    const order: Order = {
      id: `ord-${uuidv7()}`,
      customerId: newOrder.customerId,
      items,
      total: total.value,
      status: 'PENDING',
    };
    await this.#repository.create(order);
    return order;
  }

  /** @throws {NotFoundError} ORDER_NOT_FOUND */
  async get(id: string, actor: Actor): Promise<Order> {
    checkId('id', id);
    const order = await this.#repository.get(id);
    if (order === undefined || !maySee(actor, order)) throw orderNotFound(id);
    return order;
  }

  /**
   * The customer's orders, in the order the store took them, as they are when the first is asked for.
   *
   * @throws {PermissionDeniedError} for another's customer_id
   */
  async *list(customerId: string, actor: Actor): AsyncIterable<Order> {
    checkId('customer_id', customerId);
    checkCustomer(actor, customerId);
    for await (const page of this.#repository.listByCustomer(customerId)) yield* page;
  }

  /** Checks and totals line items; nothing is stored. All of them are read, so that every fault is reported. */
  async summarize(items: AsyncIterable<LineItem>): Promise<UploadSummary> {
    const check = new FieldCheck();
    const total = new ExactTotal();
    let itemCount = 0;
    let totalQuantity = 0;
    for await (const item of items) {
      if (itemCount === maxUploadItems) {
        throw new InvalidFieldsError([{ field: 'items', description: `must be at most ${maxUploadItems}` }]);
      }
      checkItem(check, itemCount, item);
      if (check.ok) total.add(normalItem(item));
      itemCount += 1;
      totalQuantity += item.quantity;
    }
    check.throwIfAny();
    return { itemCount, totalQuantity, total: total.value };
  }
}

export function orderNotFound(id: string): NotFoundError {
  return new NotFoundError(`there is no order ${JSON.stringify(id)}`, 'ORDER_NOT_FOUND', 'order.example.com', {
    order_id: id,
  });
}

/** The item with a negative zero made zero. */
function normalItem({ productId, quantity, unitPrice }: LineItem): LineItem {
  return { productId, quantity, unitPrice: unitPrice + 0 };
}
