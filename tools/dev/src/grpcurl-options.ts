import { relative } from 'node:path';
import type { Certificates, Tokens } from './credentials.ts';

/** The options with which grpcurl calls the services. The banner has a command that sets TOKEN. */
export function grpcurlOptions(tokens: Tokens | undefined, certificates: Certificates | undefined): string {
  const security = certificates ? `-cacert ${relative(process.cwd(), certificates.caPath)}` : '-plaintext';
  return tokens ? `${security} -H "authorization: Bearer $TOKEN"` : security;
}
