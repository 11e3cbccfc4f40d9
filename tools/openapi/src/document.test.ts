import { root } from '@example/kit/root';
import { OrderService } from '@example/protos/order/v1';
import { UserService } from '@example/protos/user/v1';
import { UserService as UserServiceV2 } from '@example/protos/user/v2';
import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { readDocument } from './generate.ts';

const document = readDocument(root);
const services = [UserService, UserServiceV2, OrderService];
const schemaOf = (name: string) => document.components.schemas[name];

describe('the OpenAPI document', () => {
  const methods = services.flatMap((service) => service.methods);

  it('has each unary method by POST, and by GET if it changes nothing', () => {
    const unary = methods.filter(({ methodKind }) => methodKind === 'unary');
    const paths = unary.map(({ parent, name, idempotency }) => [
      `/${parent.typeName}/${name}`,
      idempotency === 1 ? ['post', 'get'] : ['post'],
    ]);
    const documented = Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(paths));
  });

  it.each(methods.map((method) => [`${method.parent.typeName}.${method.name}`, method] as const))(
    'has an example of %s',
    (name, { methodKind }) => {
      expect(Object.hasOwn(examples, name)).toBe(true);
      expect(examples[name]?.response !== undefined).toBe(methodKind === 'unary');
    },
  );

  it('lists streaming methods with a command', () => {
    const { description } = document.tags.find(({ name }) => name === OrderService.typeName) as { description: string };
    for (const { name, methodKind } of OrderService.methods) {
      expect(description.includes(`HOST:PORT order.v1.OrderService/${name}`)).toBe(methodKind !== 'unary');
    }
  });

  it.each([
    ['order.v1.LineItem', 'quantity', { type: 'integer', minimum: 1, maximum: 1_000_000 }],
    ['order.v1.LineItem', 'unitPrice', { type: 'number', minimum: 0, maximum: 1_000_000_000 }],
    ['order.v1.CreateOrderRequest', 'customerId', { minLength: 1, maxLength: 128 }],
    ['order.v1.CreateOrderRequest', 'items', { type: 'array', maxItems: 1_000 }],
    ['user.v1.CreateUserRequest', 'email', { type: 'string', maxLength: 254 }],
    ['user.v1.GetUserRequest', 'id', { type: 'string', pattern: '^[1-9][0-9]{0,18}$' }],
    ['user.v2.GetUserRequest', 'id', { pattern: '^usr-[1-9][0-9]{0,18}$' }],
    ['user.v2.User', 'age', { minimum: 0, maximum: 150 }],
    ['user.v2.User', 'roles', { maxItems: 20, items: { type: 'string', pattern: '^[a-z0-9._-]{1,50}$' } }],
    ['user.v2.Address', 'zipCode', { maxLength: 200 }],
    ['user.v2.ListUsersRequest', 'pageSize', { minimum: 0 }],
  ])('has the limits that the comment of %s.%s states', (message, field, limits) => {
    expect(schemaOf(message)?.properties?.[field]).toMatchObject(limits);
  });

  it('requires the fields that requests must set, and no field of responses', () => {
    expect(schemaOf('user.v1.CreateUserRequest')?.required).toEqual(['name', 'email']);
    expect(schemaOf('user.v2.UpdateUserRequest')?.required).toEqual(['user']);
    expect(schemaOf('user.v1.User')?.required).toBeUndefined();
  });
});
