import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { replaceInGenerated } from './generated-code.ts';
import { filesOf } from './repository-files.ts';

const paths = filesOf(root).filter((path) => /(\.pb\.go|_pb2\.py)$/.test(path));

it.each(paths)('%s is written as its generator writes it', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  let isChanged = false;
  const there = replaceInGenerated(path, text, (part) => part.replaceAll(/\bv1\b/g, 'version_one.and_a_long_name'));
  const back = replaceInGenerated(path, there, (part) => {
    isChanged ||= part.includes('version_one');
    return part.replaceAll('version_one.and_a_long_name', 'v1');
  });
  expect(back).toBe(text);
  expect(isChanged).toBe(/\bv1\b/.test(text));
});

it.each(paths.filter((path) => path.endsWith('.py')))('%s can lose the option go_package', (path) => {
  const left = replaceInGenerated(path, readFileSync(join(root, path), 'utf8'), (text) => text, false);
  expect(left).not.toMatch(/gen\/go|_globals\['DESCRIPTOR'\]/);
  expect(left).toContain('  DESCRIPTOR._loaded_options = None\n  _globals');
});
