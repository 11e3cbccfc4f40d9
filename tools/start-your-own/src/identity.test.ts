import { expect, it } from 'vitest';
import { problemsOf } from './check-identity.ts';
import { type Answers, withDefaults } from './identity.ts';

const taken = new Set(['@grpc']);
const problems = (answers: Partial<Answers>) => problemsOf(withDefaults({ scope: '@acme', ...answers }), taken);

it('all names follow from the scope', () => {
  expect(withDefaults({ scope: '@acme-42' })).toEqual({
    project: 'acme-42',
    scope: '@acme-42',
    repository: 'https://github.com/acme-42/protos',
    goModule: 'github.com/acme-42/protos',
    pythonPackage: 'acme-42-protos',
    protoPrefix: '',
    domain: 'acme-42.com',
    holder: 'The Acme 42 Authors',
  });
});

it('the Go module and the repository follow from each other', () => {
  const { goModule } = withDefaults({ scope: '@acme', repository: 'https://gitlab.com/Acme/api' });
  expect(goModule).toBe('gitlab.com/acme/api');
  expect(withDefaults({ scope: '@acme', goModule: 'github.com/a/b' }).repository).toBe('https://github.com/a/b');
  expect(withDefaults({ scope: '@acme', goModule: 'go.acme.com/b' }).repository).toBe('https://github.com/acme/protos');
});

it.each(['@a', '@42', '@my.co', '@a-b_c.d', '@a..b-', `@${'a'.repeat(40)}`])(
  'the scope %s and what follows from it are valid',
  (scope) => {
    expect(problems({ scope })).toEqual([]);
  },
);

it.each<[Partial<Answers>, string]>([
  [{ scope: '@Acme' }, '--scope "@Acme"'],
  [{ scope: '@' }, '--scope "@"'],
  [{ scope: '@.acme' }, '--scope'],
  [{ scope: '@grpc' }, 'use your own'],
  [{ goModule: 'acme/protos' }, 'begins with a host'],
  [{ goModule: 'acme.com' }, 'after the host'],
  [{ goModule: 'acme.com/Protos' }, 'lower-case'],
  [{ goModule: 'acme.com/a//b' }, 'separated by'],
  [{ goModule: 'acme.com/a/v2' }, 'leave out the major version'],
  [{ goModule: 'github.com/acme/mono/protos' }, 'github.com/OWNER/REPOSITORY'],
  [{ goModule: 'gopkg.in/acme.v1' }, 'gopkg.in'],
  [{ pythonPackage: 'Acme' }, 'lower-case'],
  [{ pythonPackage: 'acme--a' }, 'single hyphens'],
  [{ pythonPackage: '42-acme' }, 'begin with a letter'],
  [{ pythonPackage: 'google' }, 'would hide'],
  [{ pythonPackage: 'class' }, 'would hide'],
  [{ protoPrefix: 'Acme' }, 'lower-case'],
  [{ protoPrefix: 'acme.' }, 'between parts'],
  [{ protoPrefix: 'acme__a' }, 'single "_"'],
  [{ protoPrefix: '9acme' }, 'lower-case'],
  [{ protoPrefix: 'acme.message' }, 'message is reserved'],
  [{ protoPrefix: 'class' }, 'class is reserved'],
  [{ protoPrefix: 'acme.internal' }, 'internal is reserved'],
  [{ protoPrefix: 'acme.v1' }, 'v1 is reserved'],
  [{ protoPrefix: 'acme.google' }, 'google would hide'],
  [{ protoPrefix: 'our_users' }, 'our_users would hide'],
  [{ domain: 'acme' }, '--domain'],
  [{ holder: 'a */ b' }, '--holder'],
  [{ holder: 'a\nb' }, '--holder'],
  [{ repository: 'git@github.com:acme/protos' }, '--repository'],
])('%j is refused: %s', (answers, text) => {
  expect(problems(answers).join('\n')).toContain(text);
});
