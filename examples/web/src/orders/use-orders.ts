import { type CallOptions, createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { type Order, OrderService } from '@example/protos/order/v1';
import { experimental_streamedQuery as streamedQuery, useQuery } from '@tanstack/react-query';
import { useStore } from '../store.ts';
import { chosenTransport } from '../transport/transport-names.ts';
import { inBatches } from './in-batches.ts';

/** How long a list may stream, in milliseconds. */
const timeoutMs = 60_000;
/** Orders that arrive within this time are shown together, in milliseconds. */
const batchMs = 50;

/**
 * The orders of a customer, as they arrive. connect-query supports only unary calls, so this uses TanStack Query
 * itself.
 */
export function useOrders(customerId: string) {
  const orders = createClient(OrderService, useTransport());
  const transport = useStore(chosenTransport);
  return useQuery({
    queryKey: ['orders', customerId, transport],
    queryFn: streamedQuery<readonly Order[], readonly Order[]>({
      streamFn: ({ signal }) => {
        const options: CallOptions = { signal, timeoutMs };
        return inBatches(orders.listOrders({ customerId }, options), batchMs);
      },
      reducer: (all, batch) => [...all, ...batch],
      initialValue: [],
    }),
    staleTime: 0,
  });
}
