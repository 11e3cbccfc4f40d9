import { expect, it } from 'vitest';
import { isSafeNode } from './safe-node.js';

it.each([
  ['20.20.2', false],
  ['22.30.0', false],
  ['24.18.0', false],
  ['24.18.1', true],
  ['24.21.0', true],
  ['25.9.0', false],
  ['26.5.0', false],
  ['26.5.1', true],
  ['27.0.0', true],
  ['27.0.0-nightly', true],
])('whether Node %s is safe to serve on: %s', (version, expected) => {
  expect(isSafeNode(version)).toBe(expected);
});
