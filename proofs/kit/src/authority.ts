import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;

/** Texts of PEM files. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority, whose key exists only in this process. */
export interface Authority {
  /** The certificate of the authority, for clients and servers that trust it. */
  readonly cert: string;
  /** Issues a certificate for a server at these DNS names and IP addresses. */
  issueForServer(...names: string[]): Promise<KeyPair>;
  /** Issues a certificate for a client. @param name its common name */
  issueForClient(name: string): Promise<KeyPair>;
}

/**
 * Makes a certificate authority for development and tests.
 *
 * @param validMs how long its certificates are valid, in milliseconds; negative for certificates that have expired
 */
export async function createAuthority(validMs = 30 * day): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Throw-away development CA',
    keys,
    signingAlgorithm: algorithm,
    ...validity(validMs),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (commonName: string, usage: ExtendedKeyUsage, names: readonly string[]): Promise<KeyPair> => {
    const subject = await generateKeys();
    const issued = await X509CertificateGenerator.create({
      subject: `CN=${commonName}`,
      issuer: certificate.subject,
      publicKey: subject.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      ...validity(validMs),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([usage]),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names.map(alternativeName))] : []),
      ],
    });
    return { cert: pem(issued), key: await keyPem(subject.privateKey) };
  };
  return {
    cert: pem(certificate),
    issueForServer: (...names) => issue(names[0] ?? 'server', ExtendedKeyUsage.serverAuth, names),
    issueForClient: (name) => issue(name, ExtendedKeyUsage.clientAuth, []),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function validity(validMs: number) {
  const minute = 60 * 1000;
  // Starts in the past, so that clocks that are a little slow accept the certificate, too.
  return { notBefore: new Date(Date.now() - 5 * minute), notAfter: new Date(Date.now() + validMs) };
}

function alternativeName(value: string) {
  return { type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value } as const;
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}
