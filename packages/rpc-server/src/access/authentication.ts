import { readFileSync } from 'node:fs';
import { Code, ConnectError } from '@connectrpc/connect';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ConfigError } from '../process/environment.ts';
import type { Caller } from './caller.ts';

/** Which tokens a server takes. */
export interface AuthConfig {
  /** A JSON Web Key Set (RFC 7517): the path of a file, or an http or https URL, which is fetched when it is needed. */
  readonly jwks: string;
  /** What `iss` must be. */
  readonly issuer: string;
  /** What `aud` must be or contain. */
  readonly audience: string;
}

/** Algorithms with a public key: one whose key is a secret could be tried with the public key as that secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How long a token is believed without looking at its signature again, in milliseconds; never beyond its `exp`. */
const cachedMs = 60_000;
const cachedTokens = 10_000;
/** Of all of them together, with what stands before them. */
const cachedCharacters = 1_000 * cachedTokens;

/** JWTs (RFC 7519), and whom they belong to. */
export class Authentication {
  readonly #verify: (token: string) => Promise<JWTPayload>;
  /** By the Authorization field that they came with. */
  readonly #verified = new LRUCache<string, Caller>({
    max: cachedTokens,
    maxSize: cachedCharacters,
    sizeCalculation: (_, authorization) => authorization.length,
    ttlResolution: 0,
  });

  /** @throws {ConfigError} when `jwks` is a file that holds no key set */
  constructor({ jwks, issuer, audience }: AuthConfig) {
    const keys = keySet(jwks);
    const options = { issuer, audience, algorithms, requiredClaims: ['sub', 'exp'] };
    this.#verify = async (token) => (await jwtVerify(token, keys, options)).payload;
  }

  /** Whose token an Authorization field brings, when that is known without work. */
  known(authorization: string): Caller | undefined {
    return this.#verified.get(authorization);
  }

  /**
   * Whose token an Authorization field of the scheme Bearer (RFC 6750) brings.
   *
   * @throws {ConnectError} UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be had
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
    const ttl = Math.min(cachedMs, exp * 1_000 - Date.now());
    if (ttl > 0) this.#verified.set(authorization, caller, { ttl });
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
    throw new ConfigError(`AUTH_JWKS=${JSON.stringify(jwks)}: holds no JSON Web Key Set: ${(error as Error).message}`);
  }
}

/** What is wrong with a token is not said: it would help those who make them up. */
function toConnectError(error: unknown): ConnectError {
  const isKeySetMissing =
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !(error instanceof errors.JOSEError);
  return isKeySetMissing
    ? new ConnectError('the keys of the token issuer cannot be had, try again later', Code.Unavailable)
    : notValid();
}

function notValid(): ConnectError {
  return new ConnectError('the token is not valid', Code.Unauthenticated);
}
