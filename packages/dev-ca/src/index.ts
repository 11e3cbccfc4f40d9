export { type Authority, createAuthority, type KeyPair } from './authority.ts';
export { createTokenIssuer, type TokenIssuer, type TokenOptions } from './token-issuer.ts';
