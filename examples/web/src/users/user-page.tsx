import { useMutation, useQuery } from '@connectrpc/connect-query';
import { type User, UserService } from '@example/protos/user/v2';
import { Button } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { FormFailure, useFormErrors } from '../errors/form-errors.tsx';
import { formatDay } from '../shell/format.ts';
import { BoxIcon, CheckIcon } from '../shell/icons.tsx';
import { Page } from '../shell/page.tsx';
import { LoadingForm, QueryContent } from '../shell/query-content.tsx';
import { Avatar } from './avatar.tsx';
import { useRefreshUsers } from './use-refresh-users.ts';
import { changedPaths, draftOf, userOf } from './user-draft.ts';
import { UserFields, userFieldPaths } from './user-fields.tsx';

export function UserPage({ id }: { readonly id: string }) {
  // Keeps the form and its typed values while another transport loads the same user.
  const query = useQuery(UserService.method.getUser, { id }, { placeholderData: keepPreviousData });
  const user = query.data?.user;
  return (
    <Page
      key={user?.id}
      title={user?.name ?? (query.error ? id : 'User')}
      emblem={user && <Avatar name={user.name} large />}
      lead={user && <UserFacts user={user} />}
      back={{ href: '/users', label: 'Users' }}
      actions={
        user && (
          <Link href={`/customers/${user.id}`} className="button">
            <BoxIcon size={16} />
            Orders
          </Link>
        )
      }
    >
      <QueryContent query={query} loading={<LoadingForm what="the user" />}>
        {({ user: loaded }) => loaded && <EditUser user={loaded} />}
      </QueryContent>
    </Page>
  );
}

function UserFacts({ user }: { readonly user: User }) {
  return (
    <>
      <span className="mono">{user.id}</span>
      {user.createTime && <span>since {formatDay(user.createTime)}</span>}
    </>
  );
}

function EditUser({ user }: { readonly user: User }) {
  /** The user whose values were last put into the form. */
  const [base, setBase] = useState(user);
  const [draft, setDraft] = useState(draftOf(user));
  const [loaded, setLoaded] = useState(user);
  const paths = changedPaths(base, draft);
  const show = (shown: User) => {
    setBase(shown);
    setDraft(draftOf(shown));
  };
  if (loaded !== user) {
    setLoaded(user);
    if (paths.length === 0) show(user);
  }
  const refresh = useRefreshUsers();
  const update = useMutation(UserService.method.updateUser, {
    onSuccess: async ({ user: updated }) => {
      if (updated) show(updated);
      await refresh();
    },
  });
  const errors = useFormErrors(update.error, userFieldPaths);
  const isSaved = update.isSuccess && paths.length === 0;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ user: { ...userOf(draft), id: user.id }, updateMask: { paths } });
  };
  return (
    <form className="card form" ref={errors.form} onSubmit={onSubmit} noValidate>
      <UserFields draft={draft} onChange={setDraft} errorAt={errors.at} />
      <FormFailure error={update.error} errors={errors} />
      <div className="form-end">
        <p className="mask" role="status">
          {isSaved ? (
            <>
              <CheckIcon size={16} /> Saved
            </>
          ) : paths.length === 0 ? (
            'Nothing changed yet'
          ) : (
            <>
              Will change <span className="mono">{paths.join(', ')}</span>
            </>
          )}
        </p>
        <Button
          variant="subtle"
          color="gray"
          disabled={paths.length === 0}
          onClick={() => {
            show(user);
            update.reset();
          }}
        >
          Discard
        </Button>
        <Button type="submit" disabled={paths.length === 0} loading={update.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
