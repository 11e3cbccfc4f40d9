import { describe, expect, it } from 'vitest';
import { type Identity, withDefaults } from './identity.ts';
import { leftIn, nameReplacer } from './replace-names.ts';

const before: Identity = {
  project: 'old',
  scope: '@old',
  goModule: 'old.test/api',
  pythonPackage: 'old-api',
  protoPrefix: '',
  domain: 'old.test',
  holder: 'The Old Authors',
  repository: 'https://github.com/old/api',
};
const after = withDefaults({ scope: '@new.co-2' });
const replace = nameReplacer(before, after);

it.each([
  ["import { a } from '@old/kit';", "import { a } from '@new.co-2/kit';"],
  ['npm_config_@old:registry', 'npm_config_@new.co-2:registry'],
  ['/package/@old%2fapi', '/package/@new.co-2%2fapi'],
  ['"old.test/api/gen/go/user/v1"', '"github.com/new-co-2/protos/gen/go/user/v1"'],
  ['git+https://github.com/old/api.git', 'git+https://github.com/new-co-2/protos.git'],
  ['pip install old-api[types]==1.0.0', 'pip install new-co-2-protos[types]==1.0.0'],
  ['from old_api.user.v1 import user_pb2', 'from new_co_2_protos.user.v1 import user_pb2'],
  ["domain: 'user.old.test'", "domain: 'user.new-co-2.com'"],
  ['${' + 'domain}.old.test', '${' + 'domain}.new-co-2.com'],
  ['Copyright 2026 The Old Authors', 'Copyright 2026 The New Co 2 Authors'],
])('%s becomes %s', (from, to) => {
  expect(replace(from)).toBe(to);
});

describe('not a name of the repository', () => {
  it.each([
    'aoife@old.test',
    'www.old.test',
    'a@old',
    '@older/kit',
    'github.com/old/api-docs',
    'folder/old-apis',
    'old.test.other.example',
  ])('%s', (text) => {
    expect(replace(text)).toBe(text);
    expect(leftIn(text, before, after)).toEqual([]);
  });
});

it('a new name that contains an old one is not replaced again, and not reported', () => {
  const similar = withDefaults({ scope: '@old', goModule: 'old.test/api/v', pythonPackage: 'my-old-api' });
  const text = nameReplacer(before, similar)('old.test/api old-api @old/kit');
  expect(text).toBe('old.test/api/v my-old-api @old/kit');
  expect(leftIn(text, before, similar)).toEqual([]);
});

it('an old name that remains is reported', () => {
  expect(leftIn('see old.test/api and old_api', before, after)).toEqual(['old.test/api', 'old_api']);
});

const prefixed = withDefaults({ scope: '@new', protoPrefix: 'acme.my_shop' });

it.each([
  [
    "'user.v1.UserService/GetUser', '/order.v1.Order'",
    "'acme.my_shop.user.v1.UserService/GetUser', '/acme.my_shop.order.v1.Order'",
  ],
  ["import '@old/protos/user/v1/user_pb.js'", "import '@new/protos/acme/my_shop/user/v1/user_pb.js'"],
  ['from old_api.user.v1 import user_pb2', 'from new_protos.acme.my_shop.user.v1 import user_pb2'],
  ['/proto\\/user\\/v1/ /^user\\.v\\d/', '/proto\\/acme\\/my_shop\\/user\\/v1/ /^acme\\.my_shop\\.user\\.v\\d/'],
  ['paths: [proto/user, proto/order]', 'paths: [proto/acme/my_shop/user, proto/acme/my_shop/order]'],
  ['match: { prefix: /user. }', 'match: { prefix: /acme.my_shop.user. }'],
  ['./user/**/*', './acme/my_shop/user/**/*'],
  ['File_user_v1_user_proto', 'File_acme_my_shop_user_v1_user_proto'],
  ['user_dot_v1_dot_user__pb2', 'acme_dot_my__shop_dot_user_dot_v1_dot_user__pb2'],
  ['gen/user/__init__.py', 'gen/acme/my_shop/user/__init__.py'],
])('with a prefix %s becomes %s, and nothing is left', (from, to) => {
  const text = nameReplacer(before, prefixed)(from);
  expect(text).toBe(to);
  expect(nameReplacer(before, prefixed)(text)).toBe(to);
  expect(leftIn(text, before, prefixed)).toEqual([]);
});

it.each(['user_v1_servicer', 'superuser.v1', 'my-user/v1', 'grpc.health.v1', 'proto/users', 'gen/user'])(
  '%s is not a name of a proto package',
  (text) => {
    expect(nameReplacer(before, prefixed)(text)).toBe(text);
  },
);

it('a name of a proto package without the prefix is reported', () => {
  expect(leftIn('see user.v1.User', before, prefixed)).toEqual(['user.v1.User']);
});
