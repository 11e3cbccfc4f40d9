import { useQuery } from '@connectrpc/connect-query';
import { type User, UserService } from '@example/protos/user/v2';
import { Button, Skeleton, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { InlineFailure } from '../errors/failure.tsx';
import { session } from '../session/session.ts';
import { BoxIcon, PlusIcon } from '../shell/icons.tsx';
import { Page } from '../shell/page.tsx';
import { useStore } from '../store.ts';
import { Avatar } from '../users/avatar.tsx';

const suggestions = 6;

/** Asks for a customer, because orders are listed by customer. */
export function OrdersPage() {
  const [, navigate] = useLocation();
  const subject = useStore(session)?.subject;
  const [customerId, setCustomerId] = useState(subject ?? '');
  const users = useQuery(UserService.method.listUsers, { pageSize: suggestions });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    navigate(`/customers/${encodeURIComponent(customerId)}`);
  };
  return (
    <Page
      title="Orders"
      actions={
        <Link href="/orders/new" className="button primary">
          <PlusIcon size={16} />
          New order
        </Link>
      }
    >
      <section className="card form">
        <div className="ask">
          <div className="notice-icon">
            <BoxIcon size={26} />
          </div>
          <h2>Whose orders?</h2>
          <p>Every order belongs to a customer. Enter an id, or choose a user.</p>
          <form onSubmit={onSubmit} className="ask-form">
            <TextInput
              aria-label="Customer id"
              placeholder="usr-1"
              value={customerId}
              onChange={(event) => setCustomerId(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
            <Button type="submit" disabled={customerId === ''}>
              Show orders
            </Button>
          </form>
        </div>
        {users.data ? (
          <Choices users={users.data.users} />
        ) : users.error ? (
          <InlineFailure error={users.error} onRetry={users.refetch} />
        ) : (
          <div className="choices" aria-busy="true">
            {Array.from({ length: suggestions }, (_, choice) => (
              <Skeleton key={choice} height={56} />
            ))}
          </div>
        )}
      </section>
    </Page>
  );
}

function Choices({ users }: { readonly users: readonly User[] }) {
  if (users.length === 0) return null;
  return (
    <ul className="choices" aria-label="Users">
      {users.map(({ id, name }) => (
        <li key={id}>
          <Link href={`/customers/${id}`} className="choice">
            <Avatar name={name} />
            <span>
              {name}
              <span className="second mono">{id}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
