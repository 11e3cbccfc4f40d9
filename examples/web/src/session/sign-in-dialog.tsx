import { Button, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ForwardIcon } from '../shell/icons.tsx';
import { useStore } from '../store.ts';
import { readToken, type Session, session, signIn, signOut } from './session.ts';
import { signInDialog } from './sign-in-dialog-state.ts';

/** An account that `pnpm dev --tokens` offers. */
interface DevAccount {
  readonly name: string;
  readonly description: string;
  readonly token: string;
}

export function SignInDialog() {
  const isOpen = useStore(signInDialog);
  const current = useStore(session);
  const close = () => signInDialog.set(false);
  return (
    // lockScroll would add a style element, which the content security policy forbids; app.css does it.
    <Modal.Root opened={isOpen} onClose={close} lockScroll={false} centered>
      <Modal.Overlay />
      <Modal.Content>
        {/* Without this role, the header would be a second banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title>{current ? 'Your session' : 'Sign in'}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>
          {current ? <CurrentSession current={current} onDone={close} /> : <SignInForm onDone={close} />}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function CurrentSession({ current, onDone }: { readonly current: Session; readonly onDone: () => void }) {
  return (
    <>
      <dl className="facts">
        <dt>Signed in as</dt>
        <dd>{current.subject}</dd>
        <dt>Scopes</dt>
        <dd>{current.scopes.join(', ') || 'none'}</dd>
        {current.expires && (
          <>
            <dt>Expires</dt>
            <dd>{current.expires.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}</dd>
          </>
        )}
      </dl>
      <Button
        variant="default"
        fullWidth
        onClick={() => {
          signOut();
          onDone();
        }}
      >
        Sign out
      </Button>
    </>
  );
}

function SignInForm({ onDone }: { readonly onDone: () => void }) {
  const [problem, setProblem] = useState<string>();
  const accounts = useQuery({
    queryKey: ['dev-accounts'],
    queryFn: loadDevAccounts,
    staleTime: Number.POSITIVE_INFINITY,
  });

  const use = (token: string) => {
    const signedIn = readToken(token);
    if (signedIn === undefined)
      return setProblem('This is not a JSON Web Token: it has three parts with dots between.');
    signIn(signedIn);
    onDone();
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    use(`${new FormData(event.currentTarget).get('token')}`.trim());
  };

  return (
    <>
      {accounts.data?.length === 0 && (
        <p className="dialog-text">
          Paste a token. <code>pnpm dev --tokens</code> also offers accounts to choose from.
        </p>
      )}
      {accounts.data && accounts.data.length > 0 && (
        <>
          <p className="dialog-text">Choose an account of this development server, or paste a token.</p>
          <ul className="accounts">
            {accounts.data.map(({ name, description, token }) => (
              <li key={name}>
                <button type="button" onClick={() => use(token)}>
                  <span>
                    <strong>{name}</strong>
                    <span>{description}</span>
                  </span>
                  <ForwardIcon size={16} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <form onSubmit={onSubmit} noValidate>
        <Textarea
          name="token"
          label="Access token"
          description="A JSON Web Token. It is kept until you close this tab."
          classNames={{ input: 'mono' }}
          autosize={false}
          rows={4}
          spellCheck={false}
          autoComplete="off"
          error={problem}
        />
        <Button type="submit" fullWidth mt="md">
          Sign in
        </Button>
      </form>
    </>
  );
}

/** Loads the accounts, which only Vite's servers have. */
async function loadDevAccounts(): Promise<readonly DevAccount[]> {
  const response = await fetch('dev-accounts.json');
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return response.ok && isJson ? ((await response.json()) as DevAccount[]) : [];
}
