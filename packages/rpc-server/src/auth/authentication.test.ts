import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { authConfig } from '../testing/start-with-auth.ts';
import { silentLogger } from '../testing/test-config.ts';
import { recordingLogger } from '../testing/test-server.ts';
import { Authentication } from './authentication.ts';
import type { Caller } from './caller.ts';

let folder: string;
let issuer: TokenIssuer;
let authentication: Authentication;
/** The clock of the cache. */
let now: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'authentication-'));
  issuer = await createTokenIssuer('https://issuer.example.org', 'example');
  authentication = new Authentication(authConfig(issuer, folder), silentLogger);
  await authentication.keys.start();
  vi.useFakeTimers({ toFake: ['Date'] });
  now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function verify(field: string, logger = silentLogger): Promise<Caller> {
  return authentication.verify(field, { logger });
}

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
  expect(await verify(field)).toMatchObject(aoife);
  advance(59_999);
  expect(authentication.known(field, now)).toMatchObject(aoife);
  advance(1);
  expect(authentication.known(field, now)).toBeUndefined();
  expect(await verify(field)).toMatchObject(aoife);
});

it('a token is neither cached nor valid 30 s after it has expired', async () => {
  const field = await authorization(10);
  await verify(field);
  advance(39_000);
  expect(authentication.known(field, now)).toMatchObject(aoife);
  advance(1_000);
  expect(authentication.known(field, now)).toBeUndefined();
  await expect(verify(field)).rejects.toMatchObject({ code: Code.Unauthenticated });
});

it.each(['', 'Basic YTpi', 'Bearer', 'Bearer a b'])('the field %j asks the caller for a token', async (field) => {
  await expect(verify(field)).rejects.toMatchObject({
    code: Code.Unauthenticated,
    rawMessage: 'send a token: authorization: Bearer TOKEN',
  });
});

it('a token is valid 30 s before the time in `nbf`', async () => {
  const inSeconds = (seconds: number) => issuer.sign({ sub: 'aoife', nbf: Math.floor(Date.now() / 1_000) + seconds });
  await expect(verify(`Bearer ${await inSeconds(30)}`)).resolves.toMatchObject({ subject: 'aoife' });
  await expect(verify(`Bearer ${await inSeconds(31)}`)).rejects.toMatchObject({ code: Code.Unauthenticated });
});

it.each<[string, unknown]>([
  ['an object', { toString: 1 }],
  ['a number', 123],
  ['a list', ['alice']],
  ['null', null],
  ['empty', ''],
  ['too long', 'a'.repeat(256)],
  ['no Unicode', '\ud800'],
  ['no text of a database', 'a\0'],
])('a token whose `sub` is %s is not valid', async (_, sub) => {
  const { logger, lines } = recordingLogger('debug');
  const field = `Bearer ${await issuer.sign({ sub })}`;
  await expect(verify(field, logger)).rejects.toMatchObject({ code: Code.Unauthenticated });
  expect(lines).toMatchObject([{ level: 20, reason: '"sub" must be a text of 1 to 255 characters' }]);
});

it.each<[string, object, readonly string[] | undefined]>([
  ['scope', { scope: 'a b' }, ['a', 'b']],
  ['scope', { scope: ['a', 'b'] }, ['a', 'b']],
  ['scope', { scp: ['a'] }, []],
  ['scp', { scp: ['a'] }, ['a']],
  ['permissions', { scope: 'admin', permissions: ['a'] }, ['a']],
  ['scope', { scope: null }, []],
  ['scope', { scope: 7 }, undefined],
  ['scope', { scope: [{ toString: 1 }] }, undefined],
])('the scopes in the claim %s of %j are %j', async (scopeClaim, claims, scopes) => {
  authentication = new Authentication({ ...authConfig(issuer, folder), scopeClaim }, silentLogger);
  const verified = verify(`Bearer ${await issuer.sign({ sub: 'aoife', ...claims })}`);
  if (scopes === undefined) await expect(verified).rejects.toMatchObject({ code: Code.Unauthenticated });
  else expect(await verified).toMatchObject({ subject: 'aoife', scopes: new Set(scopes) });
});

it('logs at debug why a token is refused, and neither the token nor its claims', async () => {
  const { logger, lines } = recordingLogger('debug');
  const token = await issuer.sign({ sub: 'aoife', aud: 'other' });
  await expect(verify(`Bearer ${token}`, logger)).rejects.toMatchObject({ rawMessage: 'the token is not valid' });
  expect(lines).toMatchObject([{ level: 20, msg: 'a token is refused', reason: 'unexpected "aud" claim value' }]);
  expect(JSON.stringify(lines)).not.toMatch(/aoife|other|eyJ/);
});

it('tries every key for a token that names none', async () => {
  const other = await createTokenIssuer(issuer.issuer, issuer.audience);
  const keys = [other, issuer].flatMap(({ jwks }) => jwks.keys).map(({ kid, ...key }) => key);
  authentication = new Authentication(authConfig({ ...issuer, jwks: { keys } }, folder), silentLogger);
  const token = await issuer.sign({ sub: 'aoife' }, { alg: 'ES256' });
  expect(await verify(`Bearer ${token}`)).toMatchObject({ subject: 'aoife' });
  const stranger = await createTokenIssuer(issuer.issuer, issuer.audience);
  const forged = await stranger.sign({ sub: 'aoife' }, { alg: 'ES256' });
  await expect(verify(`Bearer ${forged}`)).rejects.toMatchObject({ code: Code.Unauthenticated });
});

it('forgets the tokens that it has verified when the keys change', async () => {
  const field = await authorization(3_600);
  await verify(field);
  expect(authentication.known(field, now)).toMatchObject(aoife);
  authConfig(await createTokenIssuer(issuer.issuer, issuer.audience), folder);
  await authentication.keys.reload();
  expect(authentication.known(field, now)).toBeUndefined();
  await expect(verify(field)).rejects.toMatchObject({ code: Code.Unauthenticated });
});
