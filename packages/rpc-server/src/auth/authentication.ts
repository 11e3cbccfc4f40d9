import { readFileSync } from 'node:fs';
import { Code, ConnectError } from '@connectrpc/connect';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ConfigError } from '../config/environment.ts';
import type { AuthConfig } from '../config/server-config.ts';
import type { Caller } from './caller.ts';

/**
 * Public-key algorithms only. With an algorithm of a shared secret, an attacker could use the public key as the secret.
 */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How long a verified token is cached, in milliseconds; never beyond its `exp`. */
const cachedMs = 60_000;
const cachedTokens = 10_000;
/** A cached token. */
interface Verified {
  readonly caller: Caller;
  /** A time of `performance.now()`, in milliseconds. */
  readonly until: number;
}

/** Limit of all cached Authorization fields together. */
const cachedCharacters = 1_000 * cachedTokens;

/** Verifies JWTs (RFC 7519) and caches their callers. */
export class Authentication {
  readonly #verify: (token: string) => Promise<JWTPayload>;
  /** By Authorization field. */
  readonly #verified = new LRUCache<string, Verified>({
    max: cachedTokens,
    maxSize: cachedCharacters,
    sizeCalculation: (_, authorization) => authorization.length,
  });

  /** @throws {ConfigError} when `jwks` is a file without a key set */
  constructor({ jwks, issuer, audience }: AuthConfig) {
    const keys = keySet(jwks);
    const options = { issuer, audience, algorithms, requiredClaims: ['sub', 'exp'] };
    this.#verify = async (token) => (await jwtVerify(token, keys, options)).payload;
  }

  /** The caller of an Authorization field, if it is cached. @param now a time of `performance.now()` */
  known(authorization: string, now: number): Caller | undefined {
    const verified = this.#verified.get(authorization);
    return verified !== undefined && now < verified.until ? verified.caller : undefined;
  }

  /**
   * The caller of an Authorization field of the scheme Bearer (RFC 6750).
   *
   * @throws {ConnectError} UNAUTHENTICATED, or UNAVAILABLE when the issuer's keys are unavailable
   */
  async verify(authorization = ''): Promise<Caller> {
    const token = bearerToken(authorization);
    if (token === undefined) throw new ConnectError('send a token: authorization: Bearer TOKEN', Code.Unauthenticated);
    const payload = await this.#verify(token).catch((error: unknown) => {
      throw toConnectError(error);
    });
    const { sub: subject, exp = 0, scope } = payload;
    if (!subject) throw notValid();
    const caller = { subject, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
    const cached = Math.min(cachedMs, exp * 1_000 - Date.now());
    this.#verified.set(authorization, { caller, until: performance.now() + cached });
    return caller;
  }
}

function bearerToken(authorization: string): string | undefined {
  return /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

function keySet(jwks: string) {
  if (/^https?:\/\//.test(jwks)) return createRemoteJWKSet(new URL(jwks));
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')));
  } catch (error) {
    throw new ConfigError(`AUTH_JWKS=${JSON.stringify(jwks)}: is not a JSON Web Key Set: ${(error as Error).message}`);
  }
}

/** Does not disclose why a token was rejected: that would help attackers. */
function toConnectError(error: unknown): ConnectError {
  const isKeySetMissing =
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !(error instanceof errors.JOSEError);
  return isKeySetMissing
    ? new ConnectError("the token issuer's keys are unavailable, try again later", Code.Unavailable)
    : notValid();
}

function notValid(): ConnectError {
  return new ConnectError('the token is not valid', Code.Unauthenticated);
}
