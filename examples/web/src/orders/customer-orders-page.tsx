import type { Order } from '@example/protos/order/v1';
import { Button } from '@mantine/core';
import { CancelledError, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Failure, InlineFailure } from '../errors/failure.tsx';
import { counted, formatAmount, formatShortTime } from '../shell/format.ts';
import { BoxIcon, PlusIcon, ReloadIcon, StopIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { Page } from '../shell/page.tsx';
import { LoadingTable } from '../shell/query-content.tsx';
import { StatusBadge } from './status.tsx';
import { useOrders } from './use-orders.ts';

/** The number of rows shown at first, and added with each further step. */
const rowsAtOnce = 50;

export function CustomerOrdersPage({ customerId }: { readonly customerId: string }) {
  const client = useQueryClient();
  const query = useOrders(customerId);
  const orders = query.data ?? [];
  const newOrder = `/orders/new/${encodeURIComponent(customerId)}`;
  const isStopped = query.error instanceof CancelledError;
  const error = isStopped ? null : query.error;
  const state = query.isFetching ? 'Streaming' : isStopped ? 'Stopped' : error ? 'Failed' : 'Complete';
  const stop = () => client.cancelQueries({ queryKey: ['orders', customerId] }, { revert: false });
  const reload = () => query.refetch();
  return (
    <Page
      title={`Orders of ${customerId}`}
      back={{ href: '/orders', label: 'Orders' }}
      lead={
        <>
          <span className="stream" data-live={query.isFetching}>
            {state}
          </span>
          <span role="status" aria-busy={query.isFetching}>
            {counted(orders.length, 'order')}
            {query.isFetching && ' so far'}
          </span>
        </>
      }
      actions={
        <>
          {query.isFetching ? (
            <Button variant="default" size="sm" leftSection={<StopIcon size={16} />} onClick={stop}>
              Stop
            </Button>
          ) : (
            <Button variant="default" size="sm" leftSection={<ReloadIcon size={16} />} onClick={reload}>
              Reload
            </Button>
          )}
          <Link href={newOrder} className="button primary">
            <PlusIcon size={16} />
            New order
          </Link>
        </>
      }
    >
      {error && orders.length > 0 && <InlineFailure error={error} onRetry={reload} />}
      {orders.length > 0 ? (
        <OrdersTable orders={orders} />
      ) : error ? (
        <Failure error={error} onRetry={reload} />
      ) : query.isFetching ? (
        <LoadingTable what="orders" />
      ) : isStopped ? (
        <Notice icon={<StopIcon size={26} />} title="Stopped">
          <p>Nothing had arrived yet.</p>
        </Notice>
      ) : (
        <Notice
          icon={<BoxIcon size={26} />}
          title="No orders yet"
          action={
            <Link href={newOrder} className="button">
              Create the first order
            </Link>
          }
        >
          <p>What {customerId} orders is listed here.</p>
        </Notice>
      )}
    </Page>
  );
}

function OrdersTable({ orders }: { readonly orders: readonly Order[] }) {
  const [rows, setRows] = useState(rowsAtOnce);
  // The service streams the oldest order first, but people look for the newest.
  const shown = orders.slice(-rows).reverse();
  return (
    <>
      <div className="card table-card">
        <table>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col" className="wide-only">
                Items
              </th>
              <th scope="col">Status</th>
              <th scope="col" className="number">
                Total
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ id, createTime, items, status, total }) => (
              <tr key={id} className="linked">
                <td>
                  <Link href={`/orders/${id}`} className="row-link">
                    {createTime ? formatShortTime(createTime) : id}
                  </Link>
                  <div className="second mono nowrap">…{id.slice(-8)}</div>
                </td>
                <td className="wide-only second">{counted(items.length, 'item')}</td>
                <td>
                  <StatusBadge status={status} />
                </td>
                <td className="number">{formatAmount(total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {orders.length > rows && (
        <div className="more">
          <Button variant="default" size="sm" onClick={() => setRows(rows + rowsAtOnce)}>
            Show {Math.min(rowsAtOnce, orders.length - rows)} more
          </Button>
        </div>
      )}
    </>
  );
}
