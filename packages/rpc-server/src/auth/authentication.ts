import { Code, ConnectError } from '@connectrpc/connect';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { AuthConfig } from '../config/server-config.ts';
import type { Caller } from './caller.ts';
import { IssuerKeys } from './issuer-keys.ts';

/**
 * Public-key algorithms only. If algorithms with a shared secret were allowed, an attacker could sign a token with the
 * public key as the secret.
 */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** The accepted difference between the issuer's clock and ours when `nbf` and `exp` are checked, in seconds. */
const clockTolerance = 30;
/**
 * OpenID Connect Core 1.0, section 2, allows 255 characters. Stores do not accept U+0000, and UTF-8 cannot encode a
 * lone surrogate.
 */
const validSubject = /^[^\0\p{Cs}]{1,255}$/u;

/** How long a verified token is cached, in milliseconds; never beyond its `exp` and the tolerance. */
const cachedMs = 60_000;
const cachedTokens = 10_000;
/** A cached token. */
interface Verified {
  readonly caller: Caller;
  /** A time of `performance.now()`, in milliseconds. */
  readonly until: number;
}

/** The limit of the total length of all cached Authorization fields. */
const cachedCharacters = 1_000 * cachedTokens;

/** Verifies JWTs (RFC 7519) and caches their callers. */
export class Authentication {
  readonly keys: IssuerKeys;
  readonly #options: JWTVerifyOptions;
  readonly #scopeClaim: string;
  /** Verified callers by Authorization field. Replaced when the keys change, because a key may have been withdrawn. */
  #verified = newCache();

  constructor({ jwks, issuer, audience, scopeClaim }: AuthConfig, logger: Logger) {
    this.keys = new IssuerKeys(jwks, logger, () => {
      this.#verified = newCache();
    });
    this.#options = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['sub', 'exp'] };
    this.#scopeClaim = scopeClaim;
  }

  /** The caller of an Authorization field, if it is cached. @param now a time of `performance.now()` */
  known(authorization: string, now: number): Caller | undefined {
    const verified = this.#verified.get(authorization);
    return verified !== undefined && now < verified.until ? verified.caller : undefined;
  }

  /**
   * The caller of an Authorization field of the scheme Bearer (RFC 6750).
   *
   * @param call its logger gets the reason why a token is refused, at level debug. The response does not contain the
   *   reason, because that would help attackers
   * @throws {ConnectError} UNAUTHENTICATED, or UNAVAILABLE when the issuer's keys are unavailable
   */
  async verify(authorization: string | undefined, call: { readonly logger: Logger }): Promise<Caller> {
    const token = bearerToken(authorization);
    if (authorization === undefined || token === undefined) {
      throw new ConnectError('send a token: authorization: Bearer TOKEN', Code.Unauthenticated);
    }
    const cache = this.#verified;
    try {
      const payload = await this.#payloadOf(token);
      const caller = callerOf(payload, this.#scopeClaim);
      cache.set(authorization, { caller, until: Math.min(performance.now() + cachedMs, caller.endsAt) });
      return caller;
    } catch (error) {
      call.logger.debug({ reason: (error as Error).message }, 'a token is refused');
      throw error instanceof errors.JOSEError
        ? new ConnectError('the token is not valid', Code.Unauthenticated)
        : new ConnectError("the token issuer's keys are unavailable, try again later", Code.Unavailable);
    }
  }

  async #payloadOf(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.keys.find, this.#options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // The token names no key, but the issuer has several, for example during a rotation: tries each of them.
      for await (const key of error) {
        const result = await jwtVerify(token, key, this.#options).catch(unlessOtherKey);
        if (result !== undefined) return result.payload;
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }
}

function newCache(): LRUCache<string, Verified> {
  return new LRUCache({
    max: cachedTokens,
    maxSize: cachedCharacters,
    sizeCalculation: (_, authorization) => authorization.length,
  });
}

function bearerToken(authorization = ''): string | undefined {
  return /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

function unlessOtherKey(error: unknown): void {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
}

/** Reads the caller from a token. The claims may have any type, and are checked. @throws {errors.JWTInvalid} */
function callerOf(payload: JWTPayload, scopeClaim: string): Caller {
  const { sub: subject }: { sub?: unknown } = payload;
  if (typeof subject !== 'string' || !validSubject.test(subject)) {
    throw new errors.JWTInvalid('"sub" must be a text of 1 to 255 characters');
  }
  const claim = payload[scopeClaim] ?? [];
  const scopes = typeof claim === 'string' ? claim.split(' ') : claim;
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    throw new errors.JWTInvalid(`"${scopeClaim}" must be a text or a list of texts`);
  }
  const { exp = 0 } = payload;
  const endsAt = performance.now() + (exp + clockTolerance) * 1_000 - Date.now();
  return { subject, scopes: new Set(scopes), endsAt };
}
