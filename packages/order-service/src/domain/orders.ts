import { idempotencyKey, unwrapResult } from '@example/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, checkCustomer, maySee } from './actor.ts';
import { itemFields, normalizeItem, type Order, type UploadItem, type UploadSummary } from './order.ts';
import { type OrderChange, orderTotal } from './order-change.ts';
import { errorDomain, orderNotFound } from './order-errors.ts';
import type { OrderRepository } from './order-repository.ts';
import { checkId, checkNewOrder, checkStatus } from './order-rules.ts';
import { Upload } from './upload.ts';
import { checkCustomerIsKnown, type UserDirectory } from './user-directory.ts';

/**
 * The operations on orders, over any protocol. Every method throws InvalidFieldsError for input that breaks the field
 * rules, and StoreUnavailableError.
 */
export class Orders {
  readonly #repository: OrderRepository;
  readonly #users: UserDirectory | undefined;

  /** @param users undefined: the ids of customers are not checked, not even those with the form of a user id */
  constructor(repository: OrderRepository, users?: UserDirectory) {
    this.#repository = repository;
    this.#users = users;
  }

  /**
   * @param requestId a UUID that makes the request safe to retry, or empty
   * @throws {PermissionDeniedError} for the id of another customer
   * @throws {RequestIdReusedError}
   * @throws {PreconditionError} CUSTOMER
   */
  async create(customerId: string, requested: readonly UploadItem[], requestId: string, actor: Actor): Promise<Order> {
    checkNewOrder(customerId, requested, requestId);
    checkCustomer(actor, customerId);
    if (this.#users !== undefined) await checkCustomerIsKnown(this.#users, customerId);
    const items = requested.map(normalizeItem);
    const order: Order = {
      id: `ord-${uuidv7()}`,
      customerId,
      items,
      total: orderTotal(items),
      status: 'PENDING',
      createTime: new Date(),
    };
    const key = idempotencyKey(['CreateOrder', actor.name], requestId, [customerId, items.map(itemFields)]);
    return unwrapResult(await this.#repository.create(order, key), requestId, errorDomain);
  }

  /** @throws {NotFoundError} ORDER_NOT_FOUND */
  async get(id: string, actor: Actor): Promise<Order> {
    checkId('id', id);
    const order = await this.#repository.get(id);
    if (order === undefined || !maySee(actor, order)) throw orderNotFound(id);
    return order;
  }

  /**
   * Lists the orders that the customer has when the iteration starts, in pages, oldest first.
   *
   * @throws {PermissionDeniedError} for the id of another customer
   */
  async *list(customerId: string, actor: Actor): AsyncIterable<readonly Order[]> {
    checkId('customer_id', customerId);
    checkCustomer(actor, customerId);
    yield* this.#repository.listByCustomer(customerId);
  }

  /**
   * @param status undefined for a status that this version does not support
   * @throws {NotFoundError} ORDER_NOT_FOUND
   * @throws {PreconditionError} ORDER_STATUS
   */
  async updateStatus(id: string, status: string | undefined, actor: Actor): Promise<Order> {
    const change: OrderChange = { kind: 'status', status: checkStatus(id, status) };
    await this.get(id, actor);
    return unwrapResult(await this.#repository.change(id, change), '', errorDomain);
  }

  /**
   * Checks and totals line items, and adds them to the order that the first item names, if any. Reads all items to the
   * end, so that every violation is reported.
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
    const key = idempotencyKey(['UploadLineItems', actor.name], requestId, [orderId, itemCount, kept.map(itemFields)]);
    const change: OrderChange = { kind: 'items', items: kept, count: itemCount };
    unwrapResult(await this.#repository.change(orderId, change, key), requestId, errorDomain);
    return summary;
  }
}
