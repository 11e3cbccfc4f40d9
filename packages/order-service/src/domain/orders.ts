import { type IdempotentResult, idempotencyKey, NotFoundError, RequestIdReusedError } from '@example/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, checkCustomer, maySee } from './actor.ts';
import { normalItem, type Order, type UploadItem, type UploadSummary } from './order.ts';
import { type OrderChange, totalOf } from './order-changes.ts';
import type { OrderRepository } from './order-repository.ts';
import { checkId, checkNewOrder, checkStatus } from './order-rules.ts';
import { Upload } from './upload.ts';

const errorDomain = 'order.example.com';

/**
 * What can be done with orders, whatever protocol asks for it. Every method throws InvalidFieldsError for input that breaks
 * the field rules, and StoreUnavailableError.
 */
export class Orders {
  readonly #repository: OrderRepository;

  constructor(repository: OrderRepository) {
    this.#repository = repository;
  }

  /**
   * @param requestId a UUID that makes the request safe to repeat, or empty
   * @throws {PermissionDeniedError} for another's customer_id
   * @throws {RequestIdReusedError}
   */
  async create(customerId: string, given: readonly UploadItem[], requestId: string, actor: Actor): Promise<Order> {
    checkNewOrder(customerId, given, requestId);
    checkCustomer(actor, customerId);
    const items = given.map(normalItem);
    const order: Order = {
      id: `ord-${uuidv7()}`,
      customerId,
      items,
      total: totalOf(items),
      status: 'PENDING',
      createTime: new Date(),
    };
    const key = idempotencyKey(['CreateOrder', actor.name], requestId, [customerId, items]);
    return answerOf(await this.#repository.create(order, key), requestId);
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

  /**
   * @param status undefined when it is none that this version knows
   * @throws {NotFoundError} ORDER_NOT_FOUND
   * @throws {PreconditionError} ORDER_STATUS
   */
  async updateStatus(id: string, status: string | undefined, actor: Actor): Promise<Order> {
    const change: OrderChange = { kind: 'status', status: checkStatus(id, status) };
    await this.get(id, actor);
    return answerOf(await this.#repository.change(id, change), '');
  }

  /**
   * Checks and totals line items, and adds them to the order that the first one names, if it does. All of them are read, so that
   * every fault is reported.
   *
   * @param requestId a UUID that makes the upload safe to retry, or empty
   * @throws {NotFoundError} ORDER_NOT_FOUND
   * @throws {PreconditionError} ORDER_STATUS, ORDER_SIZE
   * @throws {RequestIdReusedError}
   */
  async upload(items: AsyncIterable<UploadItem>, requestId: string, actor: Actor): Promise<UploadSummary> {
    const upload = new Upload(requestId);
    for await (const item of items) upload.add(item);
    const { summary, items: kept } = upload.finish();
    const { orderId, itemCount } = summary;
    if (orderId === '') return summary;
    await this.get(orderId, actor);
    const key = idempotencyKey(['UploadLineItems', actor.name], requestId, [orderId, itemCount, kept]);
    answerOf(await this.#repository.change(orderId, { kind: 'items', items: kept, count: itemCount }, key), requestId);
    return summary;
  }
}

export function orderNotFound(id: string): NotFoundError {
  return new NotFoundError(`there is no order ${JSON.stringify(id)}`, 'ORDER_NOT_FOUND', errorDomain, {
    order_id: id,
  });
}

/** @throws {RequestIdReusedError} */
export function answerOf<T>(result: IdempotentResult<T>, requestId: string): T {
  if ('isConflict' in result) throw new RequestIdReusedError(requestId, errorDomain);
  return result.value;
}
