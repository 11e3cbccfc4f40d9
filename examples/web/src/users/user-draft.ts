import type { MessageInitShape } from '@bufbuild/protobuf';
import type { User, UserSchema } from '@example/protos/user/v2';

/** A user as a form edits it: every field is present. */
export interface UserDraft {
  readonly name: string;
  readonly email: string;
  /** Undefined when the age is not known. */
  readonly age: number | undefined;
  readonly roles: readonly string[];
  readonly street: string;
  readonly city: string;
  readonly country: string;
  readonly zipCode: string;
}

const addressPaths = { street: 'street', city: 'city', country: 'country', zipCode: 'zip_code' } as const;
const addressParts = Object.keys(addressPaths) as (keyof typeof addressPaths)[];

export function draftOf(user: User | undefined): UserDraft {
  const { name = '', email = '', age, roles = [], address } = user ?? {};
  const { street = '', city = '', country = '', zipCode = '' } = address ?? {};
  return { name, email, age, roles, street, city, country, zipCode };
}

/** The user with the values of a form. An address without any part is absent. */
export function userOf({ name, email, age, roles, ...address }: UserDraft): MessageInitShape<typeof UserSchema> {
  return {
    name,
    email,
    roles: [...roles],
    ...(age !== undefined && { age }),
    ...(addressParts.some((part) => address[part] !== '') && { address }),
  };
}

/**
 * The field mask of an update. It names only the fields that the draft changes, so that the update does not undo
 * concurrent changes of other fields.
 */
export function changedPaths(user: User, draft: UserDraft): string[] {
  const before = draftOf(user);
  const paths: string[] = (['name', 'email', 'age'] as const).filter((field) => draft[field] !== before[field]);
  if (draft.roles.join(' ') !== before.roles.join(' ')) paths.push('roles');
  const changedParts = addressParts.filter((part) => draft[part] !== before[part]);
  if (changedParts.length > 0 && userOf(draft).address === undefined) return [...paths, 'address'];
  return [...paths, ...changedParts.map((part) => `address.${addressPaths[part]}`)];
}
