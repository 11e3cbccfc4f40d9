import { InvalidFieldsError } from '@example/service-kit';
import { describe, expect, it } from 'vitest';
import type { UserDetails } from './user.ts';
import type { UserUpdate } from './user-update.ts';
import { checkNewUserV2, checkUpdate, checkUserIdV2 } from './user-v2-rules.ts';

function fieldsAtFault(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof InvalidFieldsError) return error.violations.map(({ field }) => field);
    throw error;
  }
}

const saoirse: UserUpdate = {
  id: 'usr-4',
  name: 'Saoirse',
  email: 's@example.com',
  age: 36,
  roles: ['writer', 'admin', 'writer'],
  address: { street: 'Sráid 1', city: 'Gaillimh', country: 'Éire', zipCode: 'H91' },
};
const requestId = '01936a2f-7c3e-7b1a-9f00-aabbccddeeff';
const wrong: UserUpdate = {
  id: '4',
  name: '',
  email: '',
  age: -1,
  roles: ['ok', ''],
  address: { street: '\n', city: '\0', country: 'x'.repeat(201), zipCode: '\ud83d' },
};
const wrongAddress = ['street', 'city', 'country', 'zip_code'].map((part) => `user.address.${part}`);

describe('checkNewUserV2', () => {
  const at = (details: UserDetails | undefined, id = requestId) => fieldsAtFault(() => checkNewUserV2(details, id));

  it.each<Partial<UserDetails>>([
    {},
    { age: undefined, roles: [], address: undefined },
    { age: 0 },
    { age: 150 },
    { roles: Array.from({ length: 20 }, () => 'a') },
    { roles: ['az09._-', 'a'.repeat(50)] },
    { address: { street: '', city: '', country: '😀'.repeat(200), zipCode: '' } },
  ])('accepts %j', (details) => {
    expect(at({ ...saoirse, ...details })).toEqual([]);
  });

  it.each<[Partial<UserDetails>, string[]]>([
    [{ name: '' }, ['user.name']],
    [{ email: 's' }, ['user.email']],
    [{ age: -1 }, ['user.age']],
    [{ age: 151 }, ['user.age']],
    [{ roles: Array.from({ length: 21 }, () => '') }, ['user.roles']],
    [{ roles: ['', 'a', 'A', 'a b', 'é', 'a\n', 'a'.repeat(51)] }, [0, 2, 3, 4, 5, 6].map((i) => `user.roles[${i}]`)],
    [{ address: { street: '', city: 'x'.repeat(201), country: '', zipCode: '' } }, ['user.address.city']],
  ])('rejects %j', (details, fields) => {
    expect(at({ ...saoirse, ...details })).toEqual(fields);
  });

  it('reports all invalid fields in their order', () => {
    const fields = ['user.name', 'user.email', 'user.age', 'user.roles[1]', ...wrongAddress, 'request_id'];
    expect(at(wrong, '1')).toEqual(fields);
  });

  it('requires a user', () => {
    expect(at(undefined, '1')).toEqual(['user']);
  });
});

describe('checkUpdate', () => {
  it.each<[string[], string[]]>([
    [
      ['name', 'age'],
      ['user.name', 'user.age'],
    ],
    [
      ['age', 'name', 'age'],
      ['user.name', 'user.age'],
    ],
    [
      ['email', 'roles'],
      ['user.email', 'user.roles[1]'],
    ],
    [['address'], wrongAddress],
    [
      ['address.zip_code', 'address.city'],
      ['user.address.city', 'user.address.zip_code'],
    ],
    [['*'], ['user.name', 'user.email', 'user.age', 'user.roles[1]', ...wrongAddress]],
    [
      ['address', '*', 'address.city'],
      ['user.name', 'user.email', 'user.age', 'user.roles[1]', ...wrongAddress],
    ],
    [[], ['user.age', 'user.roles[1]', ...wrongAddress]],
  ])('with the paths %j checks only the fields that change', (paths, fields) => {
    expect(fieldsAtFault(() => checkUpdate(wrong, paths))).toEqual(['user.id', ...fields]);
  });

  it('reports paths that cannot be changed after the invalid fields', () => {
    const paths = [
      '',
      'id',
      'create_time',
      'roles.x',
      'name',
      'address.x',
      'name.y',
      'zipCode',
      'address.zipCode',
    ].concat(['create_time.seconds', 'user.name', 'address.', ' age', '**', 'toString', '*']);
    const unknown = paths.flatMap((path, i) => (['name', '*'].includes(path) ? [] : [`update_mask.paths[${i}]`]));
    expect(fieldsAtFault(() => checkUpdate({ ...saoirse, name: '' }, paths))).toEqual(['user.name', ...unknown]);
  });

  it('does not check more than 100 paths', () => {
    expect(() => checkUpdate(saoirse, new Array(100).fill('name'))).not.toThrow();
    expect(fieldsAtFault(() => checkUpdate(saoirse, new Array(101).fill('id')))).toEqual(['update_mask.paths']);
  });

  it('requires a user', () => {
    expect(fieldsAtFault(() => checkUpdate(undefined, ['id']))).toEqual(['user']);
  });

  it('rejects an update that clears name and email', () => {
    const nobody = { ...saoirse, name: '', email: '', age: undefined, roles: [], address: undefined };
    expect(fieldsAtFault(() => checkUpdate(nobody, ['*']))).toEqual(['user.name', 'user.email']);
  });
});

describe('checkUserIdV2', () => {
  it('returns the number of an id', () => {
    expect(checkUserIdV2('usr-4')).toBe(4n);
  });

  it('rejects an id of user.v1', () => {
    expect(fieldsAtFault(() => checkUserIdV2('4'))).toEqual(['id']);
  });
});
