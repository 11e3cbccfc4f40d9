import { useQuery } from '@connectrpc/connect-query';
import { type User, UserService } from '@example/protos/user/v2';
import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Failure, InlineFailure } from '../errors/failure.tsx';
import { formatDay } from '../shell/format.ts';
import { BackIcon, ForwardIcon, PlusIcon, UsersIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { Page } from '../shell/page.tsx';
import { Avatar } from './avatar.tsx';

const pageSize = 10;

export function UsersPage() {
  /** The tokens of the pages up to this one. */
  const [tokens, setTokens] = useState(['']);
  const query = useQuery(
    UserService.method.listUsers,
    { pageSize, pageToken: tokens.at(-1) ?? '' },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title="Users"
      actions={
        <Link href="/users/new" className="button primary">
          <PlusIcon size={16} />
          New user
        </Link>
      }
    >
      {query.data ? (
        <>
          {query.error && <InlineFailure error={query.error} onRetry={query.refetch} />}
          <UsersTable users={query.data.users} isOld={query.isPlaceholderData} />
          <Pages
            tokens={tokens}
            nextPageToken={query.data.nextPageToken}
            isLoading={query.isPlaceholderData}
            onChange={setTokens}
          />
        </>
      ) : query.error ? (
        <Failure error={query.error} onRetry={query.refetch} />
      ) : (
        <LoadingUsers />
      )}
    </Page>
  );
}

interface PagesProps {
  readonly tokens: readonly string[];
  readonly nextPageToken: string;
  readonly isLoading: boolean;
  readonly onChange: (tokens: string[]) => void;
}

function Pages({ tokens, nextPageToken, isLoading, onChange }: PagesProps) {
  if (tokens.length === 1 && nextPageToken === '') return null;
  return (
    <nav className="pages" aria-label="Pages of users">
      <Button
        variant="default"
        size="sm"
        leftSection={<BackIcon size={16} />}
        disabled={tokens.length === 1}
        onClick={() => onChange(tokens.slice(0, -1))}
      >
        Previous
      </Button>
      <span role="status">Page {tokens.length}</span>
      <Button
        variant="default"
        size="sm"
        rightSection={<ForwardIcon size={16} />}
        disabled={isLoading || nextPageToken === ''}
        onClick={() => onChange([...tokens, nextPageToken])}
      >
        Next
      </Button>
    </nav>
  );
}

function UsersTable({ users, isOld }: { readonly users: readonly User[]; readonly isOld: boolean }) {
  if (users.length === 0) {
    return (
      <Notice
        icon={<UsersIcon size={26} />}
        title="Nobody here yet"
        action={
          <Link href="/users/new" className="button">
            Create the first user
          </Link>
        }
      >
        <p>Users that you create are listed here.</p>
      </Notice>
    );
  }
  return (
    <div className="card table-card" data-old={isOld}>
      <table>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col" className="wide-only">
              Roles
            </th>
            <th scope="col" className="wide-only">
              Since
            </th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          {users.map(({ id, name, email, roles, createTime }) => (
            <tr key={id} className="linked">
              <td>
                <div className="person">
                  <Avatar name={name} />
                  <div>
                    <Link href={`/users/${id}`} className="row-link">
                      {name}
                    </Link>
                    <div className="second">{email}</div>
                  </div>
                </div>
              </td>
              <td className="wide-only">
                {roles.map((role) => (
                  <span key={role} className="tag">
                    {role}
                  </span>
                ))}
              </td>
              <td className="wide-only second nowrap">{createTime && formatDay(createTime)}</td>
              <td className="mono second nowrap">{id}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LoadingUsers() {
  return (
    <div className="card table-card loading" aria-busy="true">
      <span className="sr" role="status">
        Loading users
      </span>
      {Array.from({ length: 5 }, (_, row) => (
        <div key={row} className="person">
          <Skeleton circle height={36} width={36} />
          <Skeleton height={14} width={`${55 - row * 5}%`} />
        </div>
      ))}
    </div>
  );
}
