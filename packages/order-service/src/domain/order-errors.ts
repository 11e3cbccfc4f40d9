import { NotFoundError } from '@example/service-kit';

/** The `domain` of this service's errors in `google.rpc.ErrorInfo`. */
export const errorDomain = 'order.example.com';

export function orderNotFound(id: string): NotFoundError {
  return new NotFoundError(`there is no order ${JSON.stringify(id)}`, 'ORDER_NOT_FOUND', errorDomain, {
    order_id: id,
  });
}
