import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Code, createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callOf } from '../call/call-context.ts';
import type { AuthConfig, ServerConfig } from '../config/server-config.ts';
import { Health, HealthCheckResponse_ServingStatus as Status } from '../gen/health/v1/health_pb.ts';
import { failureOf, transports } from '../testing/index.ts';
import { authConfig } from '../testing/start-with-auth.ts';
import { startServer } from '../testing/test-server.ts';
import { Authentication } from './authentication.ts';

const issuerName = 'https://issuer.example.org';
let folder: string;
let issuer: TokenIssuer;
let auth: AuthConfig;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
  issuer = await createTokenIssuer(issuerName, 'example');
  auth = authConfig(issuer, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

/** A server whose GetUser returns the subject and the scopes of its caller. */
async function start(config: Partial<ServerConfig>): Promise<string> {
  const { url } = await startServer({
    config,
    scopes: { 'user.v1.UserService.GetUser': 'users.read', 'user.v1.UserService.CreateUser': 'users.write' },
    users: {
      getUser(_, context) {
        const { subject, scopes } = callOf(context).caller;
        return { name: subject ?? 'anybody', email: [...scopes].join(' ') };
      },
      createUser: () => ({}),
      listUsers: () => ({}),
    },
  });
  return url;
}

/** A client that sends a token with every call. */
function usersWith(token: string, url: string, transport?: Transport): Client<typeof UserService> {
  const inner = transport ?? createGrpcTransport({ baseUrl: url });
  return createClient(UserService, {
    stream: inner.stream,
    unary: (method, signal, timeoutMs, header, ...rest) => {
      const headers = new Headers(header);
      headers.set('authorization', `Bearer ${token}`);
      return inner.unary(method, signal, timeoutMs, headers, ...rest);
    },
  });
}

const tokenOf = (subject: string) => issuer.issue({ subject, scopes: ['users.read'] });

describe('a server with authentication', () => {
  it.each(transports)(
    'tells its handlers who calls over %s, and refuses a call without a token',
    async (_, transport) => {
      const url = await start({ auth });
      const users = usersWith(await tokenOf('aoife'), url, transport(url));
      expect(await users.getUser({})).toMatchObject({ name: 'aoife', email: 'users.read' });
      const error = await failureOf(createClient(UserService, transport(url)).getUser({}));
      expect(error.code).toBe(Code.Unauthenticated);
    },
  );

  it('refuses a call before it reads the body', async () => {
    const url = await start({ auth });
    const response = await fetch(`${url}/user.v1.UserService/GetUser`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'not JSON',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('admits a token to the methods of its scopes, and admin to all', async () => {
    const url = await start({ auth });
    const aoife = usersWith(await tokenOf('aoife'), url);
    expect((await failureOf(aoife.createUser({}))).code).toBe(Code.PermissionDenied);
    expect((await failureOf(aoife.listUsers({}))).code).toBe(Code.PermissionDenied);
    const admin = usersWith(await issuer.issue({ subject: 'root', scopes: ['admin'] }), url);
    await admin.createUser({});
    await admin.listUsers({});
  });

  it('fetches the keys of the issuer from a URL', async () => {
    const keys = createServer((_, response) => response.end(JSON.stringify(issuer.jwks))).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    const { port } = keys.address() as AddressInfo;
    const url = await start({ auth: { ...auth, jwks: `http://127.0.0.1:${port}/jwks` } });
    expect((await usersWith(await tokenOf('aoife'), url).getUser({})).name).toBe('aoife');
    keys.close();
  });

  it('is UNAVAILABLE and NOT_SERVING while the keys of the issuer are unavailable', async () => {
    const url = await start({ auth: { ...auth, jwks: 'http://127.0.0.1:1/jwks' } });
    const health = createClient(Health, createGrpcTransport({ baseUrl: url }));
    expect((await health.check({})).status).toBe(Status.NOT_SERVING);
    expect((await failureOf(usersWith(await tokenOf('aoife'), url).getUser({}))).code).toBe(Code.Unavailable);
  });

  it('does not start with a key file that has no keys', async () => {
    const file = join(folder, 'no-keys.json');
    writeFileSync(file, '{}');
    await expect(start({ auth: { ...auth, jwks: file } })).rejects.toThrow(`AUTH_JWKS=${JSON.stringify(file)}`);
  });

  it('survives a token of 1 MB', async () => {
    const url = await start({ auth });
    await failureOf(usersWith('x'.repeat(1_000_000), url).getUser({}));
    expect((await usersWith(await tokenOf('aoife'), url).getUser({})).name).toBe('aoife');
  });
});

describe('an invalid token', () => {
  /** A JWT made by hand. */
  function forge(header: object, payload: object, sign: (input: string) => string): string {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${sign(input)}`;
  }

  const claims = () => ({
    sub: 'mallory',
    scope: 'admin',
    iss: issuerName,
    aud: 'example',
    exp: Math.floor(Date.now() / 1_000) + 600,
  });
  const kid = () => issuer.jwks.keys[0]?.kid;
  const admin = { subject: 'aoife', scopes: ['admin'] };
  const tokenOfIssuer = async (name: string) => (await createTokenIssuer(name, 'example')).issue(admin);

  const tokens: [string, () => string | Promise<string>][] = [
    ['without a signature', () => forge({ alg: 'none', kid: kid() }, claims(), () => '')],
    [
      'signed with the public key as a secret',
      () =>
        forge({ alg: 'HS256', kid: kid() }, claims(), (input) =>
          createHmac('sha256', JSON.stringify(issuer.jwks.keys[0])).update(input).digest('base64url'),
        ),
    ],
    ['that has expired', () => issuer.issue({ ...admin, lifetimeSeconds: -60 })],
    ['for another audience', () => issuer.issue({ ...admin, audience: 'other' })],
    ['of another issuer', () => tokenOfIssuer('https://other.example.org')],
    ['signed with an unknown key', () => tokenOfIssuer(issuerName)],
    ['that is not a JWT', () => 'token'],
    ['with another signature', async () => (await tokenOf('aoife')).replace(/.{4}$/, 'AAAA')],
  ];

  it.each(tokens)('%s is UNAUTHENTICATED, and the error does not disclose why', async (_, token) => {
    const url = await start({ auth });
    const error = await failureOf(usersWith(await token(), url).getUser({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.rawMessage).toBe('the token is not valid');
  });
});

describe('the rate limit', () => {
  const limits = { callsPerSecond: 1, callBurst: 3 };

  /** Stops the clock, so that all calls of a test are in one second, however slow the machine is. */
  function stopClock(): void {
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  }

  it.each(transports)('refuses a call over %s with RESOURCE_EXHAUSTED and RetryInfo', async (_, transport) => {
    stopClock();
    const users = createClient(UserService, transport(await start(limits)));
    for (let i = 0; i < limits.callBurst; i++) await users.getUser({});
    const error = await failureOf(users.getUser({}));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.nanos).toBe(999_000_000);
  });

  it('counts the calls of a subject, whatever their address', async () => {
    stopClock();
    // Verifying the token of each subject counts as one call of the address.
    const url = await start({ auth, callsPerSecond: 1, callBurst: 2 });
    const aoife = usersWith(await tokenOf('aoife'), url);
    for (let i = 0; i < 2; i++) await aoife.getUser({});
    expect((await failureOf(aoife.getUser({}))).code).toBe(Code.ResourceExhausted);
    expect((await usersWith(await tokenOf('cillian'), url).getUser({})).name).toBe('cillian');
  });

  it('counts refused tokens for the address, but not against a valid token from the same address', async () => {
    stopClock();
    const url = await start({ auth, ...limits });
    const codes: Code[] = [];
    for (let i = 0; i < 4; i++) codes.push((await failureOf(usersWith(`token${i}`, url).getUser({}))).code);
    expect(codes).toEqual([...Array(3).fill(Code.Unauthenticated), Code.ResourceExhausted]);
    const expired = await issuer.issue({ subject: 'mallory', scopes: [], lifetimeSeconds: -60 });
    for (let i = 0; i < 140; i++) {
      await failureOf(usersWith(expired, url).getUser({}));
      await usersWith(await tokenOf(`aoife${i}`), url).getUser({});
    }
  });

  it('verifies a refused token once, however often it is sent', async () => {
    stopClock();
    const verify = vi.spyOn(Authentication.prototype, 'verify');
    const users = usersWith('token', await start({ auth, ...limits }));
    for (let i = 0; i < 5; i++) await failureOf(users.getUser({}));
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it('bounds the verification of tokens that are forged', async () => {
    stopClock();
    const verify = vi.spyOn(Authentication.prototype, 'verify');
    const url = await start({ auth, ...limits });
    for (let i = 0; i < 1_020; i++) await failureOf(usersWith(`token${i}`, url).getUser({}));
    expect(verify).toHaveBeenCalledTimes(1_003);
    const error = await failureOf(usersWith(await tokenOf('aoife'), url).getUser({}));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.nanos).toBe(999_000_000);
  });

  it.each([
    ['without', undefined],
    ['with', 'auth'],
  ])('counts health checks apart from calls, %s authentication', async (_, withAuth) => {
    stopClock();
    const url = await start({ ...limits, ...(withAuth && { auth }) });
    const transport = createGrpcTransport({ baseUrl: url });
    for (let i = 0; i < 4; i++)
      await createClient(UserService, transport)
        .getUser({})
        .catch(() => {});
    expect((await failureOf(createClient(UserService, transport).getUser({}))).code).toBe(Code.ResourceExhausted);
    const health = createClient(Health, transport);
    for (let i = 0; i < 1_000; i++) await health.check({});
    expect((await failureOf(health.check({}))).code).toBe(Code.ResourceExhausted);
  });

  it('counts each client of a trusted proxy separately, and IPv6 by its /64', async () => {
    stopClock();
    const url = await start({ callsPerSecond: 1, callBurst: 1, trustedProxies: ['127.0.0.1', '::1'] });
    const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
    const from = (address: string) =>
      users.getUser({}, { headers: { 'x-forwarded-for': address } }).then(
        () => true,
        () => false,
      );
    expect(await from('192.0.2.1')).toBe(true);
    expect(await from('6.6.6.6, 192.0.2.1')).toBe(false);
    expect(await from('192.0.2.2')).toBe(true);
    expect(await from('2001:db8::1')).toBe(true);
    expect(await from('2001:db8::2')).toBe(false);
    expect(await from('2001:db8:0:1::1')).toBe(true);
  });

  it('ignores the address that an untrusted peer names, and counts the peer', async () => {
    stopClock();
    const url = await start({ callsPerSecond: 1, callBurst: 1 });
    const users = createClient(UserService, createGrpcTransport({ baseUrl: url }));
    await users.getUser({}, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    await failureOf(users.getUser({}, { headers: { 'x-forwarded-for': '192.0.2.2' } }));
  });
});
