import { expect, it } from 'vitest';
import { isSupported } from './is-supported.ts';
import { schemas } from './testing/schemas.ts';

it('isSupported is true for proto3 types, except with fields that protobuf-es represents as another type', () => {
  const unsupported = schemas.filter((schema) => !isSupported(schema)).map(({ typeName }) => typeName);
  expect(unsupported).toEqual([
    'unsupported.v1.Editions',
    'local.v1.WithWrapper',
    'local.v1.WithStruct',
    'local.v1.WithEditions',
    'local.v1.WithAll',
  ]);
});
