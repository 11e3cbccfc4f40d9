import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callOf } from '../call/call-context.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { type RunningServer, serve } from '../serve.ts';
import { failureOf, silentLogger, testConfig, transports } from '../testing/index.ts';

const issuerName = 'https://issuer.example.com';
let folder: string;
let issuer: TokenIssuer;
let jwks: string;
let server: RunningServer | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
  issuer = await createTokenIssuer(issuerName, 'example');
  jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify(issuer.jwks));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => server?.close(0));

const auth = () => ({ jwks, issuer: issuerName, audience: 'example' });

/** GetUser tells the caller's own subject and scopes. */
async function start(config: Partial<ServerConfig>): Promise<string> {
  server = await serve({
    config: { ...testConfig, ...config },
    logger: silentLogger,
    scopes: { 'user.v1.UserService.GetUser': 'users.read', 'user.v1.UserService.CreateUser': 'users.write' },
    routes: (router) =>
      router.service(UserService, {
        getUser: (_, context) => {
          const { subject, scopes } = callOf(context).caller;
          return { name: subject ?? 'anybody', email: [...scopes].join(' ') };
        },
        createUser: () => ({}),
        listUsers: () => ({}),
      }),
  });
  return server.url;
}

const bearer =
  (token: string): Interceptor =>
  (next) =>
  (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };

const usersWith = (token: string, baseUrl = server?.url ?? '') =>
  createClient(UserService, createGrpcTransport({ baseUrl, interceptors: [bearer(token)] }));

const reader = () => issuer.issue({ subject: 'aoife', scopes: ['users.read'] });

describe('with authentication', () => {
  it.each(transports)('a handler knows who calls over %s, and nobody calls without a token', async (_, transport) => {
    const url = await start({ auth: auth() });
    const token = await reader();
    const users = createClient(UserService, transport(url));
    const headers = { authorization: `Bearer ${token}` };
    expect(await users.getUser({}, { headers })).toMatchObject({ name: 'aoife', email: 'users.read' });
    expect((await failureOf(users.getUser({}))).code).toBe(Code.Unauthenticated);
  });

  it('decides before it reads the body', async () => {
    const url = await start({ auth: auth() });
    const response = await fetch(`${url}/user.v1.UserService/GetUser`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'no JSON at all',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('a token opens what its scopes are for, and admin everything', async () => {
    await start({ auth: auth() });
    const aoife = usersWith(await reader());
    expect((await failureOf(aoife.createUser({}))).code).toBe(Code.PermissionDenied);
    expect((await failureOf(aoife.listUsers({}))).code).toBe(Code.PermissionDenied);
    const admin = usersWith(await issuer.issue({ subject: 'root', scopes: ['admin'] }));
    await admin.createUser({});
    await admin.listUsers({});
  });

  it('takes the keys from a URL', async () => {
    const keys = createServer((_, response) => response.end(JSON.stringify(issuer.jwks))).listen(0, '127.0.0.1');
    await new Promise((resolve) => keys.once('listening', resolve));
    const { port } = keys.address() as AddressInfo;
    await start({ auth: { ...auth(), jwks: `http://127.0.0.1:${port}/jwks` } });
    expect((await usersWith(await reader()).getUser({})).name).toBe('aoife');
    keys.close();
  });

  it('is UNAVAILABLE while the keys cannot be had', async () => {
    await start({ auth: { ...auth(), jwks: 'http://127.0.0.1:1/jwks' } });
    expect((await failureOf(usersWith(await reader()).getUser({}))).code).toBe(Code.Unavailable);
  });

  it('does not start with a file that holds no keys', async () => {
    const file = join(folder, 'no-keys.json');
    writeFileSync(file, '{}');
    await expect(start({ auth: { ...auth(), jwks: file } })).rejects.toThrow(`AUTH_JWKS=${JSON.stringify(file)}`);
  });
});

/** A JWT put together by hand. */
function forge(header: object, payload: object, sign: (input: string) => string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(input)}`;
}

describe('a token that is not valid', () => {
  const claims = () => ({
    sub: 'mallory',
    scope: 'admin',
    iss: issuerName,
    aud: 'example',
    exp: Math.floor(Date.now() / 1_000) + 60,
  });
  const kid = () => issuer.jwks.keys[0]?.kid;

  const tokens: [string, () => string | Promise<string>][] = [
    ['without a signature', () => forge({ alg: 'none', kid: kid() }, claims(), () => '')],
    [
      'signed with the public key as a secret',
      () =>
        forge({ alg: 'HS256', kid: kid() }, claims(), (input) =>
          createHmac('sha256', JSON.stringify(issuer.jwks.keys[0])).update(input).digest('base64url'),
        ),
    ],
    ['that has expired', () => issuer.issue({ subject: 'aoife', scopes: ['admin'], lifetimeSeconds: -60 })],
    ['for another audience', () => issuer.issue({ subject: 'aoife', scopes: ['admin'], audience: 'other' })],
    [
      'of another issuer with the same keys',
      async () => {
        const other = await createTokenIssuer('https://other.example.com', 'example');
        return other.issue({ subject: 'aoife', scopes: ['admin'] });
      },
    ],
    [
      'with a key that nobody knows',
      async () => {
        const other = await createTokenIssuer(issuerName, 'example');
        return other.issue({ subject: 'aoife', scopes: ['admin'] });
      },
    ],
    ['that is no JWT', () => 'token'],
    ['that was changed', async () => (await reader()).replace(/.{4}$/, 'AAAA')],
  ];

  it.each(tokens)('%s is UNAUTHENTICATED, and is not told why', async (_, token) => {
    await start({ auth: auth() });
    const error = await failureOf(usersWith(await token()).getUser({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.rawMessage).toBe('the token is not valid');
  });

  it('of 1 MB does not get in', async () => {
    const url = await start({ auth: auth() });
    await failureOf(usersWith('x'.repeat(1_000_000)).getUser({}));
    expect((await usersWith(await reader(), url).getUser({})).name).toBe('aoife');
  });

  it('is believed until it expires, and not a moment longer', async () => {
    await start({ auth: auth() });
    const users = usersWith(await issuer.issue({ subject: 'aoife', scopes: ['users.read'], lifetimeSeconds: 2 }));
    expect((await users.getUser({})).name).toBe('aoife');
    await expect
      .poll(
        () =>
          users.getUser({}).then(
            () => 'taken',
            () => 'refused',
          ),
        { timeout: 10_000 },
      )
      .toBe('refused');
  });
});

describe('with a rate limit', () => {
  const limits = { callsPerSecond: 1, callBurst: 3 };

  /** How many of the calls are let through. */
  async function taken(count: number, call: () => Promise<unknown>): Promise<number> {
    let successes = 0;
    for (let i = 0; i < count; i++) {
      try {
        await call();
        successes += 1;
      } catch {
        // Counted by its absence.
      }
    }
    return successes;
  }

  it.each(transports)('says RESOURCE_EXHAUSTED over %s, and when to come back', async (_, transport) => {
    const users = createClient(UserService, transport(await start(limits)));
    await taken(20, () => users.getUser({}));
    const error = await failureOf(users.getUser({}));
    expect(error.code).toBe(Code.ResourceExhausted);
    const retryDelay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
    expect(retryDelay?.nanos).toBeGreaterThan(0);
  });

  it('counts each subject for itself, whatever address it comes from', async () => {
    await start({ auth: auth(), callsPerSecond: 1, callBurst: 10 });
    const [aoife, cillian] = [
      usersWith(await reader()),
      usersWith(await issuer.issue({ subject: 'cillian', scopes: ['users.read'] })),
    ];
    expect(await taken(30, () => aoife.getUser({}))).toBeLessThan(30);
    expect((await cillian.getUser({})).name).toBe('cillian');
  });

  it('counts tokens that must be looked at for the address', async () => {
    await start({ auth: auth(), ...limits });
    const codes: Code[] = [];
    for (let i = 0; i < 20; i++) codes.push((await failureOf(usersWith(`token${i}`).getUser({}))).code);
    expect(codes[0]).toBe(Code.Unauthenticated);
    expect(codes).toContain(Code.ResourceExhausted);
  });
});
