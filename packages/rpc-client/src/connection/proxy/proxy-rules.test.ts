import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { proxyRules } from './proxy-rules.ts';

const hostPort = (env: Record<string, string>) => {
  const proxy = proxyRules(undefined, env)('users.example.org', 9000);
  return proxy && `${proxy.host}:${proxy.port}`;
};

describe('the proxy of the environment', () => {
  it.each([
    [{}, undefined],
    [{ http_proxy: 'http://one:1' }, 'one:1'],
    [{ http_proxy: 'http://one:1', https_proxy: 'http://two:2' }, 'two:2'],
    [{ https_proxy: 'http://two:2', grpc_proxy: 'http://three:3' }, 'three:3'],
    [{ https_proxy: 'http://two:2', grpc_proxy: '' }, undefined],
    [{ HTTPS_PROXY: 'http://two:2' }, 'two:2'],
    [{ HTTP_PROXY: 'http://one:1' }, undefined],
    [{ https_proxy: 'two:2' }, 'two:2'],
    [{ https_proxy: 'http://two' }, 'two:80'],
    [{ https_proxy: 'https://two' }, 'two:443'],
    [{ https_proxy: 'http://[2001:db8::1]:3128/' }, '2001:db8::1:3128'],
  ])('%j', (env, expected) => {
    expect(hostPort(env as Record<string, string>)).toBe(expected);
  });

  it('is not used where the option is false, and the one of the option has no exceptions', () => {
    const env = { https_proxy: 'http://two:2', no_proxy: '*' };
    expect(proxyRules(false, env)('users.example.org', 9000)).toBeUndefined();
    expect(proxyRules('http://one:1', env)('localhost', 9000)).toMatchObject({ host: 'one' });
  });
});

describe('its exceptions', () => {
  it.each([
    ['*', 'users.example.org', true],
    ['users.example.org', 'users.example.org', true],
    ['example.org', 'users.example.org', true],
    ['.example.org', 'users.example.org', true],
    ['*.example.org', 'users.example.org', true],
    ['Example.ORG.', 'users.example.org', true],
    ['example.org', 'users.badexample.org', false],
    ['org, example.net', 'users.example.org', true],
    ['other.com other.net,users.example.org', 'users.example.org', true],
    ['users.example.org:9000', 'users.example.org', true],
    ['users.example.org:9001', 'users.example.org', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3:9001', '10.1.2.3', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', 'users.example.org', false],
    ['2001:db8::/32', '2001:db8::1', true],
    ['2001:DB8:0::1', '2001:db8::1', true],
    ['[2001:db8::1]:9000', '2001:db8::1', true],
    ['10.0.0.0/99', '10.1.2.3', false],
    ['', 'users.example.org', false],
    ['', 'localhost', true],
    ['', 'users.localhost', true],
    ['', '127.0.0.9', true],
    ['', '::1', true],
  ])('no_proxy=%s for %s', (list, host, isDirect) => {
    const rules = proxyRules(undefined, { https_proxy: 'http://two:2', no_proxy: list });
    expect(rules(host, 9000) === undefined).toBe(isDirect);
  });

  it('are those of no_grpc_proxy if there are any', () => {
    const env = { https_proxy: 'http://two:2', no_proxy: '*', no_grpc_proxy: 'other' };
    expect(hostPort(env)).toBe('two:2');
  });
});

it('sends the user and the password of the URL, decoded', () => {
  const { authorization } = proxyRules('http://me:p%40ss@one:1')('users', 9000) ?? {};
  expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

it.each(['socks5://me:secret@one:1', 'http://me:secret@', 'http://me:secret@one:99999', 'http://me:secret%zz@one:1'])(
  'refuses a URL that it cannot use, without the password: %s',
  (url) => {
    let thrown: unknown;
    try {
      proxyRules(undefined, { https_proxy: url });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect(inspect(thrown)).toContain('https_proxy');
    expect(inspect(thrown)).not.toContain('secret');
  },
);
