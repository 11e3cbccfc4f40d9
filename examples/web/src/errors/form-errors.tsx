import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { InlineFailure } from './failure.tsx';
import { type FieldErrors, fieldErrors } from './field-errors.ts';

interface FormErrors {
  /** A reference for the form element. After a refusal, the first invalid field of the form gets the focus. */
  readonly form: RefObject<HTMLFormElement | null>;
  /** The error text of a field. */
  readonly at: (field: string) => string | undefined;
  readonly fields: FieldErrors | undefined;
}

/** @param fields the paths of the fields that the form shows */
export function useFormErrors(error: unknown, fields: readonly string[]): FormErrors {
  const form = useRef<HTMLFormElement>(null);
  // Fields that are added later have no errors yet.
  const sorted = useMemo(() => fieldErrors(error, fields), [error]);
  useEffect(() => {
    if (sorted) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [sorted]);
  return { form, at: (field) => sorted?.byField[field], fields: sorted };
}

/** Shows the errors of a form that belong to none of its fields. */
export function FormFailure({ error, errors }: { readonly error: unknown; readonly errors: FormErrors }) {
  if (!error) return null;
  if (!errors.fields) return <InlineFailure error={error} />;
  const count = Object.keys(errors.fields.byField).length;
  return (
    <div className="inline-failure" role="alert">
      <div>
        {count > 0 && <strong>{count === 1 ? 'One field needs a change' : `${count} fields need a change`}</strong>}
        {errors.fields.others.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </div>
  );
}
