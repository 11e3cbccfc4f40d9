import { useMutation } from '@connectrpc/connect-query';
import { UserService } from '@example/protos/user/v2';
import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { FormFailure, useFormErrors } from '../errors/form-errors.tsx';
import { Page } from '../shell/page.tsx';
import { useRequestId } from '../transport/request-id.ts';
import { useRefreshUsers } from './use-refresh-users.ts';
import { draftOf, userOf } from './user-draft.ts';
import { UserFields, userFieldPaths } from './user-fields.tsx';

export function NewUserPage() {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(draftOf(undefined));
  const requestId = useRequestId();
  const refresh = useRefreshUsers();
  const creation = useMutation(UserService.method.createUser, {
    onSuccess: async ({ user }) => {
      await refresh();
      navigate(`/users/${user?.id}`);
    },
  });
  const errors = useFormErrors(creation.error, userFieldPaths);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate({ user: userOf(draft), requestId: requestId(draft) });
  };
  return (
    <Page title="New user" back={{ href: '/users', label: 'Users' }}>
      <form className="card form" ref={errors.form} onSubmit={onSubmit} noValidate>
        <UserFields draft={draft} onChange={setDraft} errorAt={errors.at} />
        <FormFailure error={creation.error} errors={errors} />
        <div className="form-end">
          <Link href="/users" className="quiet">
            Cancel
          </Link>
          <Button type="submit" loading={creation.isPending}>
            Create user
          </Button>
        </div>
      </form>
    </Page>
  );
}
