import { NumberInput, TagsInput, TextInput } from '@mantine/core';
import type { UserDraft } from './user-draft.ts';

/** The fields of `UserFields` by their paths in the request. */
export const userFieldPaths = [
  'user.name',
  'user.email',
  'user.age',
  'user.roles',
  'user.address.street',
  'user.address.zip_code',
  'user.address.city',
  'user.address.country',
];

interface UserFieldsProps {
  readonly draft: UserDraft;
  readonly onChange: (draft: UserDraft) => void;
  readonly errorAt: (field: string) => string | undefined;
}

export function UserFields({ draft, onChange, errorAt }: UserFieldsProps) {
  const text = (field: Exclude<keyof UserDraft, 'age' | 'roles'>, path: string) => ({
    name: field,
    value: draft[field],
    error: errorAt(path),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ ...draft, [field]: event.target.value }),
    // The fields are about other people, but by default the browser would fill in the data of its user.
    autoComplete: 'off',
  });
  return (
    <>
      <fieldset className="fields">
        <legend>Profile</legend>
        <TextInput label="Name" withAsterisk {...text('name', 'user.name')} />
        <TextInput label="Email" type="email" withAsterisk {...text('email', 'user.email')} />
        <NumberInput
          label="Age"
          name="age"
          value={draft.age ?? ''}
          onChange={(value) => onChange({ ...draft, age: value === '' ? undefined : Number(value) })}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="strict"
          max={2 ** 31 - 1}
          hideControls
          error={errorAt('user.age')}
        />
        <TagsInput
          label="Roles"
          description="Press Enter after each"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={[...draft.roles]}
          onChange={(roles) => onChange({ ...draft, roles })}
          error={errorAt('user.roles')}
        />
      </fieldset>
      <fieldset className="fields address">
        <legend>Address</legend>
        <TextInput label="Street and number" className="wide" {...text('street', 'user.address.street')} />
        <TextInput label="Postal code" {...text('zipCode', 'user.address.zip_code')} />
        <TextInput label="City" {...text('city', 'user.address.city')} />
        <TextInput label="Country" {...text('country', 'user.address.country')} />
      </fieldset>
    </>
  );
}
