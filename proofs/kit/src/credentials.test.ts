import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCredentials } from './credentials.ts';

it('writes a certificate from its authority, and the keys of its issuer, into files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const { ca, caFile, certFile, keyFile, jwksFile, issuer, tlsEnv } = await createCredentials(folder);
  const certificate = new X509Certificate(readFileSync(certFile));
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(readFileSync(caFile, 'utf8')).toBe(ca);
  expect(JSON.parse(readFileSync(jwksFile, 'utf8'))).toEqual(issuer.jwks);
  expect(tlsEnv).toEqual({ TLS_CERT: certFile, TLS_KEY: keyFile });
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});
