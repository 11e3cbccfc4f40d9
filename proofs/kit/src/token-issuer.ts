import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export interface TokenOptions {
  /** Whose token it is: the claim `sub`. */
  readonly subject: string;
  /** What it allows, such as `users.read`. */
  readonly scopes: readonly string[];
  /** How long it is good for, in seconds; negative for one that is not any more. Default: a day. */
  readonly lifetimeSeconds?: number;
  /** Default: the issuer's own. */
  readonly audience?: string;
}

/** Issues tokens as a real issuer would. Its key is forgotten with the process. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The public key, as servers want it. */
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
