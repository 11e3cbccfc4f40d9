import { useMutation } from '@connectrpc/connect-query';
import { OrderService } from '@example/protos/order/v1';
import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { FormFailure, useFormErrors } from '../errors/form-errors.tsx';
import { session } from '../session/session.ts';
import { formatAmount } from '../shell/format.ts';
import { CloseIcon, PlusIcon } from '../shell/icons.tsx';
import { Page } from '../shell/page.tsx';
import { useStore } from '../store.ts';
import { useRequestId } from '../transport/request-id.ts';

interface ItemDraft {
  /** Identifies the row when other rows are removed. */
  readonly key: number;
  readonly productId: string;
  /** The typed value. It is a text while it is not a number yet, such as `0.` or the empty text. */
  readonly quantity: number | string;
  readonly unitPrice: number | string;
}

const emptyItem = { productId: '', quantity: 1, unitPrice: 0 };

export function NewOrderPage({ customerId: given }: { readonly customerId: string }) {
  const [, navigate] = useLocation();
  const subject = useStore(session)?.subject;
  const [customerId, setCustomerId] = useState(given || (subject ?? ''));
  const [items, setItems] = useState<readonly ItemDraft[]>([{ key: 0, ...emptyItem }]);
  const requestId = useRequestId();
  const creation = useMutation(OrderService.method.createOrder, {
    onSuccess: ({ id }) => navigate(`/orders/${id}`),
  });
  const itemPaths = items.flatMap((_, index) => ['product_id', 'quantity', 'unit_price'].map((f) => at(index, f)));
  const errors = useFormErrors(creation.error, ['customer_id', 'items', ...itemPaths]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const order = { customerId, items: items.map(itemOf) };
    creation.mutate({ ...order, requestId: requestId(order) });
  };
  const change = (index: number, fields: Partial<ItemDraft>) => {
    // Removes the errors, because they refer to items by their index.
    setItems(items.map((item, place) => (place === index ? { ...item, ...fields } : item)));
  };
  const add = () => setItems([...items, { key: Math.max(-1, ...items.map(({ key }) => key)) + 1, ...emptyItem }]);
  const remove = (index: number) => {
    creation.reset();
    setItems(items.filter((_, place) => place !== index));
  };
  const total = items.map(itemOf).reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return (
    <Page title="New order" back={{ href: '/orders', label: 'Orders' }}>
      <form className="card form" ref={errors.form} onSubmit={onSubmit} noValidate>
        <fieldset className="fields">
          <legend>Customer</legend>
          <TextInput
            label="Customer id"
            withAsterisk
            value={customerId}
            onChange={(event) => setCustomerId(event.target.value)}
            error={errors.at('customer_id')}
            autoComplete="off"
            spellCheck={false}
          />
        </fieldset>
        <fieldset className="items">
          <legend>Items</legend>
          {items.map((item, index) => (
            <fieldset key={item.key} className="item" aria-label={`Item ${index + 1}`}>
              <TextInput
                label="Product"
                className="item-product"
                value={item.productId}
                onChange={(event) => change(index, { productId: event.target.value })}
                error={errors.at(at(index, 'product_id'))}
                autoComplete="off"
              />
              <NumberInput
                label="Quantity"
                value={item.quantity}
                onChange={(quantity) => change(index, { quantity })}
                allowDecimal={false}
                allowNegative={false}
                clampBehavior="strict"
                max={2 ** 31 - 1}
                hideControls
                error={errors.at(at(index, 'quantity'))}
              />
              <NumberInput
                label="Price of one"
                value={item.unitPrice}
                onChange={(unitPrice) => change(index, { unitPrice })}
                hideControls
                error={errors.at(at(index, 'unit_price'))}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                className="item-remove"
                aria-label={`Remove item ${index + 1}`}
                onClick={() => remove(index)}
              >
                <CloseIcon />
              </ActionIcon>
            </fieldset>
          ))}
          {items.length === 0 && <p className="second">An order without items is allowed.</p>}
          <Button variant="default" size="sm" leftSection={<PlusIcon size={16} />} onClick={add}>
            Add item
          </Button>
        </fieldset>
        <FormFailure error={creation.error} errors={errors} />
        <div className="form-end">
          <p className="sum">
            Total <strong>{formatAmount(total)}</strong>
          </p>
          <Link href="/orders" className="quiet">
            Cancel
          </Link>
          <Button type="submit" loading={creation.isPending}>
            Create order
          </Button>
        </div>
      </form>
    </Page>
  );
}

function itemOf({ productId, quantity, unitPrice }: ItemDraft) {
  return { productId, quantity: Number(quantity) || 0, unitPrice: Number(unitPrice) || 0 };
}

function at(index: number, field: string): string {
  return `items[${index}].${field}`;
}
