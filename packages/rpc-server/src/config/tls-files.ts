import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from './environment.ts';

/** Texts of PEM files. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
  /** CA certificates, one of which must have issued the certificate of a client; undefined if clients need none. */
  readonly clientCa?: string;
}

/** Paths of PEM files. */
interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** Reads the files. @throws {ConfigError} that names the variable of a file that is not usable */
export function readTls({ cert, key, clientCa }: TlsFiles): Tls {
  const certText = use('TLS_CERT', cert, (text) => {
    createSecureContext({ cert: text });
    return text;
  });
  const keyText = use('TLS_KEY', key, (text) => {
    if (text.includes('ENCRYPTED')) throw new Error('it has a passphrase: store it without one');
    if (!new X509Certificate(certText).checkPrivateKey(createPrivateKey(text))) {
      throw new Error('it is not the key of the first certificate in TLS_CERT');
    }
    createSecureContext({ cert: certText, key: text });
    return text;
  });
  if (clientCa === undefined) return { cert: certText, key: keyText };
  const caText = use('TLS_CLIENT_CA', clientCa, (text) => {
    if (certificatesOf(text).length === 0) throw new Error('it has no certificate');
    return text;
  });
  return { cert: certText, key: keyText, clientCa: caText };
}

/** The certificates of a PEM text, in their order. */
export function certificatesOf(pem: string): X509Certificate[] {
  const texts = pem.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[^-]*-----END \1-----/g) ?? [];
  return texts.map((text) => new X509Certificate(text));
}

/** Reads a file and checks its text. */
function use(variable: string, file: string, check: (text: string) => string): string {
  const fail = (problem: string) => new ConfigError(`${variable}=${JSON.stringify(file)}: ${problem}`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fail(`cannot be read: ${(error as Error).message}`);
  }
  if (!text.includes('-----BEGIN ')) throw fail('is not a PEM file');
  try {
    return check(text);
  } catch (error) {
    throw fail(`is not usable: ${(error as Error).message}`);
  }
}
