// Tests all unusual names, without the programs that run afterwards. proofs/own-names tests these programs.
import { root } from '@example/kit/root';
import { namesOfTemplateIn } from '@example/own-names/names-of-template';
import { oddNames } from '@example/own-names/odd-names';
import { expect, it } from 'vitest';
import { problemsOf } from './check-identity.ts';
import { identityOf, withDefaults } from './identity.ts';
import { readOptions } from './options.ts';
import { changesFor } from './rename-files.ts';
import { readText } from './repository-files.ts';

const before = identityOf(root);

it.each(oddNames)('under the names of $scope $options no text has an old name', ({ scope, options = [], similar }) => {
  const { answers } = readOptions(['--scope', scope, ...options]);
  const identity = withDefaults({ ...answers, scope: answers.scope ?? '' });
  expect(problemsOf(identity, new Set())).toEqual([]);
  const changes = changesFor(root, before, identity, '1.2.0');
  expect(changes.filter(({ newPath }) => newPath === undefined).length).toBeGreaterThan(20);
  const left = changes.flatMap(({ newPath, text }) =>
    newPath === undefined ? [] : namesOfTemplateIn(newPath, text ?? '', similar),
  );
  expect(left).toEqual([]);
});

it('a file that contains no name does not change', () => {
  const changed = new Set(changesFor(root, before, withDefaults({ scope: '@acme' }), '1.2.0').map(({ path }) => path));
  expect(changed.has('README.md')).toBe(true);
  expect(changed.has('LICENSE')).toBe(false);
  expect(readText(`${root}LICENSE`)).toContain('Apache License');
});
