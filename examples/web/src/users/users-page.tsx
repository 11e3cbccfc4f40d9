import { useQuery } from '@connectrpc/connect-query';
import { type User, UserService } from '@example/protos/user/v2';
import { Button } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatDay } from '../shell/format.ts';
import { BackIcon, ForwardIcon, PlusIcon, UsersIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { Page } from '../shell/page.tsx';
import { LoadingTable, QueryContent } from '../shell/query-content.tsx';
import { Avatar } from './avatar.tsx';

const pageSize = 10;
/** Shown in place of a value that a user does not have. */
const none = <span className="second">–</span>;

export function UsersPage() {
  /** The tokens of all pages up to the current one. */
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
      <QueryContent query={query} loading={<LoadingTable what="users" />}>
        {({ users, nextPageToken }) => (
          <>
            <UsersTable users={users} isOld={query.isPlaceholderData} />
            <Pages
              tokens={tokens}
              nextPageToken={nextPageToken}
              isLoading={query.isPlaceholderData}
              onChange={setTokens}
            />
          </>
        )}
      </QueryContent>
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
                {roles.length === 0 && none}
                {roles.map((role) => (
                  <span key={role} className="tag">
                    {role}
                  </span>
                ))}
              </td>
              <td className="wide-only second nowrap">{createTime ? formatDay(createTime) : none}</td>
              <td className="mono second nowrap">{id}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
