import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { authConfig } from '../testing/start-with-auth.ts';
import { Authentication } from './authentication.ts';

let folder: string;
let issuer: TokenIssuer;
let authentication: Authentication;
/** The clock of the cache. */
let now: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'authentication-'));
  issuer = await createTokenIssuer('https://issuer.example.com', 'example');
  authentication = new Authentication(authConfig(issuer, folder));
  vi.useFakeTimers({ toFake: ['Date'] });
  now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function advance(ms: number): void {
  vi.advanceTimersByTime(ms);
  now += ms;
}

const aoife = { subject: 'aoife', scopes: new Set(['users.read']) };

async function authorization(lifetimeSeconds: number): Promise<string> {
  return `Bearer ${await issuer.issue({ subject: 'aoife', scopes: ['users.read'], lifetimeSeconds })}`;
}

it('a token is verified once and cached for a minute', async () => {
  const field = await authorization(3_600);
  expect(authentication.known(field, now)).toBeUndefined();
  expect(await authentication.verify(field)).toEqual(aoife);
  advance(59_999);
  expect(authentication.known(field, now)).toEqual(aoife);
  advance(1);
  expect(authentication.known(field, now)).toBeUndefined();
  expect(await authentication.verify(field)).toEqual(aoife);
});

it('a token that expires is neither cached nor valid any more', async () => {
  const field = await authorization(30);
  await authentication.verify(field);
  advance(28_000);
  expect(authentication.known(field, now)).toEqual(aoife);
  advance(2_000);
  expect(authentication.known(field, now)).toBeUndefined();
  await expect(authentication.verify(field)).rejects.toMatchObject({ code: Code.Unauthenticated });
});

it.each(['', 'Basic YTpi', 'Bearer', 'Bearer a b'])('the field %j asks the caller for a token', async (field) => {
  await expect(authentication.verify(field)).rejects.toMatchObject({
    code: Code.Unauthenticated,
    rawMessage: 'send a token: authorization: Bearer TOKEN',
  });
});
