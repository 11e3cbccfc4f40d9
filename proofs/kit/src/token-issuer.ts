import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export interface TokenOptions {
  /** The claim `sub`. */
  readonly subject: string;
  /** The claim `scope`, such as `users.read`. */
  readonly scopes: readonly string[];
  /** Negative for a token that has expired. Default: a day. */
  readonly lifetimeSeconds?: number;
  /** The claim `aud`. Default: that of the issuer. */
  readonly audience?: string;
}

/** Issues tokens. Its key exists only in this process. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The public key, for servers. */
  readonly jwks: JSONWebKeySet;
  issue(options: TokenOptions): Promise<string>;
}

const day = 24 * 60 * 60;

/** Makes an issuer of JWTs for development and tests. */
export async function createTokenIssuer(issuer: string, audience: string): Promise<TokenIssuer> {
  const alg = 'ES256';
  const kid = crypto.randomUUID();
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg, kid, use: 'sig' }] },
    issue: (options) =>
      new SignJWT({ scope: options.scopes.join(' ') })
        .setProtectedHeader({ alg, kid })
        .setIssuer(issuer)
        .setAudience(options.audience ?? audience)
        .setSubject(options.subject)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1_000) + (options.lifetimeSeconds ?? day))
        .sign(privateKey),
  };
}
