import { expect, it } from 'vitest';
import { isServerUrl } from './server-url.ts';

it.each(['nats://h:4222', 'nats://token@h', 'tls://a:p%2F%40%25w@h', 'nats://a:p,w:;=&+!@h', 'nats://h/db?x=y'])(
  '%j is the URL of a server',
  (url) => {
    expect(isServerUrl(url, ['nats', 'tls'])).toBe(true);
  },
);

it.each([
  'nats://app:s3/cret@h:1/db',
  'nats://app:12/cret@h:1/db',
  'nats://app:12?cret@h:1/db',
  'nats://app:12#cret@h:1/db',
  'nats://app:s3@c,ret@h:1/db',
  'nats://app:s3%cret@h:1/db',
  'nats://app:%ff@h:1/db',
  'nats://[',
  'http://h',
  '//h',
])('%j is not the URL of a server', (url) => {
  expect(isServerUrl(url, ['nats', 'tls'])).toBe(false);
});
