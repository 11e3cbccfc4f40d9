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
