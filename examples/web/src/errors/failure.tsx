import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { signInDialog } from '../session/sign-in-dialog-state.ts';
import { ClockIcon, CloudOffIcon, LockIcon, ReloadIcon, SearchOffIcon, WarningIcon } from '../shell/icons.tsx';
import { Notice } from '../shell/notice.tsx';
import { type Explanation, explainError } from './explain-error.ts';

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** An error that is shown in place of the content. */
export function Failure({ error, onRetry }: FailureProps) {
  const explanation = explainError(error);
  return (
    <Notice tone="problem" icon={iconOf(explanation)} title={explanation.title} action={remedyOf(explanation, onRetry)}>
      <p>{explanation.text}</p>
      <p className="code">{explanation.code}</p>
    </Notice>
  );
}

/** An error that is shown beside the content. */
export function InlineFailure({ error, onRetry }: FailureProps) {
  const explanation = explainError(error);
  return (
    <div className="inline-failure" role="alert">
      <WarningIcon />
      <div>
        <strong>{explanation.title}</strong>
        <p>{explanation.text}</p>
      </div>
      {remedyOf(explanation, onRetry)}
    </div>
  );
}

function remedyOf({ remedy }: Explanation, onRetry: (() => void) | undefined): ReactNode {
  if (remedy === 'sign-in') {
    return (
      <Button variant="default" size="sm" onClick={() => signInDialog.set(true)}>
        Sign in
      </Button>
    );
  }
  if (remedy === 'none' || !onRetry) return null;
  return (
    <Button variant="default" size="sm" leftSection={<ReloadIcon size={16} />} onClick={onRetry}>
      Try again
    </Button>
  );
}

function iconOf({ code, remedy }: Explanation): ReactNode {
  if (remedy === 'sign-in') return <LockIcon size={26} />;
  if (code === 'ResourceExhausted' || code === 'DeadlineExceeded') return <ClockIcon size={26} />;
  if (code === 'NotFound') return <SearchOffIcon size={26} />;
  return code === 'Unavailable' ? <CloudOffIcon size={26} /> : <WarningIcon size={26} />;
}
