import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { expect, it } from 'vitest';
import { fieldErrors } from './field-errors.ts';

function badRequest(...fields: string[]) {
  const fieldViolations = fields.map((field) => ({ field, description: `must be right` }));
  return new ConnectError('invalid', Code.InvalidArgument, {}, [
    { desc: BadRequestSchema, value: { fieldViolations } },
  ]);
}

it('assigns each violation to its field, those of list items to the list, and keeps the others', () => {
  const error = badRequest('user.name', 'user.roles[2]', 'items[1].quantity', 'update_mask.paths[0]');
  expect(fieldErrors(error, ['user.name', 'user.roles', 'items[1].quantity'])).toEqual({
    byField: {
      'user.name': 'Must be right',
      'user.roles': 'Number 3 must be right',
      'items[1].quantity': 'Must be right',
    },
    others: ['update_mask.paths[0] must be right'],
  });
});

it('ignores errors that are not about fields', () => {
  expect(fieldErrors(new ConnectError('down', Code.Unavailable), ['user.name'])).toBeUndefined();
});
