import { OrderStatus } from '@example/protos/order/v1';
import { CheckIcon } from '../shell/icons.tsx';

const labels: Readonly<Record<OrderStatus, string>> = {
  [OrderStatus.UNSPECIFIED]: 'Unknown',
  [OrderStatus.PENDING]: 'Pending',
  [OrderStatus.CONFIRMED]: 'Confirmed',
  [OrderStatus.SHIPPED]: 'Shipped',
};

const steps = [OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.SHIPPED];

export function StatusBadge({ status }: { readonly status: OrderStatus }) {
  return (
    <span className="status" data-status={OrderStatus[status]}>
      {labels[status]}
    </span>
  );
}

/** Shows the statuses of an order, up to the current one. */
export function StatusSteps({ status }: { readonly status: OrderStatus }) {
  return (
    <ol className="steps" aria-label="Status">
      {steps.map((step) => (
        <li key={step} data-done={step <= status} aria-current={step === status ? 'step' : undefined}>
          <span className="step-mark">{step <= status ? <CheckIcon size={14} /> : null}</span>
          {labels[step]}
        </li>
      ))}
    </ol>
  );
}
