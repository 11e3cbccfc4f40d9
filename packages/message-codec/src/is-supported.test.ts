import { expect, it } from 'vitest';
import { isCovered } from './is-covered.ts';
import { schemas } from './testing/schemas.ts';

it('covers all of proto3 but what protobuf-es has as something else than a message', () => {
  const uncovered = schemas.filter((schema) => !isCovered(schema)).map(({ typeName }) => typeName);
  expect(uncovered).toEqual([
    'uncovered.v1.Editions',
    'local.v1.WithWrapper',
    'local.v1.WithStruct',
    'local.v1.WithEditions',
    'local.v1.WithAll',
  ]);
});
