import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTHeaderParameters, SignJWT } from 'jose';

export interface TokenOptions {
  /** The claim `sub`. */
  readonly subject: string;
  /** The claim `scope`, such as `users.read`. */
  readonly scopes: readonly string[];
  /** The lifetime in seconds; negative for a token that has expired. Default: a day. */
  readonly lifetimeSeconds?: number;
  /** The claim `aud`. Default: that of the issuer. */
  readonly audience?: string;
}

/** Issues tokens with a key that exists only in this process. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The public key, for servers. */
  readonly jwks: JSONWebKeySet;
  issue(options: TokenOptions): Promise<string>;
  /** Signs claims, which are added to a valid `iss`, `aud` and `exp`, or replace them. */
  sign(claims: object, header?: JWTHeaderParameters): Promise<string>;
}

const day = 24 * 60 * 60;

/** Makes an issuer of JWTs for development and tests. */
export async function createTokenIssuer(issuer: string, audience: string): Promise<TokenIssuer> {
  const alg = 'ES256';
  const kid = crypto.randomUUID();
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const now = () => Math.floor(Date.now() / 1_000);
  const sign = (claims: object, header: JWTHeaderParameters = { alg, kid }) =>
    new SignJWT({ iss: issuer, aud: audience, exp: now() + day, ...claims })
      .setProtectedHeader(header)
      .sign(privateKey);
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg, kid, use: 'sig' }] },
    sign,
    issue: ({ subject, scopes, lifetimeSeconds = day, audience: aud = audience }) =>
      sign({ scope: scopes.join(' '), aud, sub: subject, iat: now(), exp: now() + lifetimeSeconds }),
  };
}
