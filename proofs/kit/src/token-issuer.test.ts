import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { createTokenIssuer } from './token-issuer.ts';

it('issues tokens that its public key verifies', async () => {
  const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
  const token = await issuer.issue({ subject: 'aoife', scopes: ['users.read', 'admin'] });
  const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.jwks), {
    issuer: 'https://issuer.example.org',
    audience: 'example',
  });
  expect(payload).toMatchObject({ sub: 'aoife', scope: 'users.read admin' });
});
