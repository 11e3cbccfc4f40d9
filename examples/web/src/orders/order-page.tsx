import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query';
import { type Order, OrderService, OrderStatus } from '@example/protos/order/v1';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { InlineFailure } from '../errors/failure.tsx';
import { formatAmount, formatCount, formatTime } from '../shell/format.ts';
import { Page } from '../shell/page.tsx';
import { LoadingForm, QueryContent } from '../shell/query-content.tsx';
import { StatusSteps } from './status.tsx';

export function OrderPage({ id }: { readonly id: string }) {
  const query = useQuery(OrderService.method.getOrder, { id });
  const order = query.data;
  const back = order
    ? { href: `/customers/${encodeURIComponent(order.customerId)}`, label: `Orders of ${order.customerId}` }
    : { href: '/orders', label: 'Orders' };
  return (
    <Page title="Order" back={back} lead={<span className="mono break">{id}</span>}>
      <QueryContent query={query} loading={<LoadingForm what="the order" />}>
        {(loaded) => (
          <>
            <OrderState order={loaded} onChanged={query.refetch} />
            <OrderItems order={loaded} />
          </>
        )}
      </QueryContent>
    </Page>
  );
}

const nextSteps: { readonly [status in OrderStatus]?: { readonly status: OrderStatus; readonly label: string } } = {
  [OrderStatus.PENDING]: { status: OrderStatus.CONFIRMED, label: 'Confirm' },
  [OrderStatus.CONFIRMED]: { status: OrderStatus.SHIPPED, label: 'Mark as shipped' },
};

function OrderState({ order, onChanged }: { readonly order: Order; readonly onChanged: () => void }) {
  const client = useQueryClient();
  const update = useMutation(OrderService.method.updateOrderStatus, {
    onSuccess: () =>
      client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OrderService, cardinality: undefined }) }),
  });
  const next = nextSteps[order.status];
  return (
    <section className="card form" aria-label="State of the order">
      <div className="order-state">
        <StatusSteps status={order.status} />
        {next && (
          <Button loading={update.isPending} onClick={() => update.mutate({ id: order.id, status: next.status })}>
            {next.label}
          </Button>
        )}
      </div>
      {update.error && (
        <InlineFailure
          error={update.error}
          onRetry={() => {
            update.reset();
            onChanged();
          }}
        />
      )}
      <dl className="facts row">
        <div>
          <dt>Customer</dt>
          <dd>
            <Link href={`/customers/${encodeURIComponent(order.customerId)}`}>{order.customerId}</Link>
          </dd>
        </div>
        {order.createTime && (
          <div>
            <dt>Taken</dt>
            <dd>{formatTime(order.createTime)}</dd>
          </div>
        )}
        <div>
          <dt>Total</dt>
          <dd>
            <strong>{formatAmount(order.total)}</strong>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function OrderItems({ order: { items, total } }: { readonly order: Order }) {
  if (items.length === 0) return <p className="card empty-line">This order has no items.</p>;
  return (
    <div className="card table-card">
      <table>
        <caption className="sr">Items</caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" className="number">
              Quantity
            </th>
            <th scope="col" className="number">
              Price
            </th>
            <th scope="col" className="number wide-only">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ productId, quantity, unitPrice }, index) => (
            <tr key={index}>
              <td className="break">{productId}</td>
              <td className="number">{formatCount(quantity)}</td>
              <td className="number">{formatAmount(unitPrice)}</td>
              <td className="number wide-only">{formatAmount(quantity * unitPrice)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              Total
            </th>
            <td className="number wide-only" />
            <td className="number">{formatAmount(total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
