import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('has no user service without the setting', () => {
  expect(readConfig({}).users).toBeUndefined();
});

it('reads the address of the user service', () => {
  const env = { USERS_TARGET: 'dns:///users:9000', USERS_CA: '/etc/ca.pem' };
  expect(readConfig(env).users).toEqual({ target: 'dns:///users:9000', ca: '/etc/ca.pem' });
});

it.each([
  [
    { USERS_TARGET: 'http://users:9000' },
    'USERS_TARGET="http://users:9000": must be the target of UserService: dns:///',
  ],
  [{ USERS_CA: '/etc/ca.pem' }, 'USERS_CA="/etc/ca.pem": set USERS_TARGET as well'],
])('refuses %j', (env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});
