import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Certificates and keys are PEM texts, or paths of PEM files, which are read again for each new connection. */
export interface TlsOptions {
  /** The CA certificates that servers are checked against. Default: those of Node, with NODE_EXTRA_CA_CERTS */
  readonly ca?: string | undefined;
  /** Mutual TLS: the certificate of this client, followed by its intermediate certificates. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name for SNI, which the server's certificate must have. Default: the host of the target */
  readonly serverName?: string | undefined;
}

/** The certificates of new connections. */
export class TlsCredentials {
  readonly serverName: string | undefined;
  readonly #options: TlsOptions;
  #texts: readonly (string | undefined)[] = [];
  #context: SecureContext | undefined;

  /** @throws {TypeError} for a certificate without its key, or a key without its certificate */
  constructor(options: TlsOptions) {
    if ((options.cert === undefined) !== (options.key === undefined)) {
      throw new TypeError('tls.cert and tls.key belong together: set both, or none');
    }
    this.#options = options;
    this.serverName = options.serverName;
  }

  /**
   * Reads the files. While they cannot be used, for example because they are being replaced, the last ones stay in use.
   *
   * @throws {Error} if they have never been usable
   */
  async context(): Promise<SecureContext> {
    try {
      const { ca, cert, key } = this.#options;
      const texts = await Promise.all([readPem('ca', ca), readPem('cert', cert), readPem('key', key)]);
      if (this.#context === undefined || texts.some((text, index) => text !== this.#texts[index])) {
        const [caText, certText, keyText] = texts;
        this.#context = createSecureContext({ ca: caText, cert: certText, key: keyText, minVersion: 'TLSv1.2' });
        this.#texts = texts;
      }
      return this.#context;
    } catch (error) {
      if (this.#context === undefined) throw error;
      return this.#context;
    }
  }
}

async function readPem(option: string, value: string | undefined): Promise<string | undefined> {
  if (value === undefined || value.includes('-----BEGIN ')) return value;
  try {
    return await readFile(value, 'utf8');
  } catch (error) {
    throw new Error(`tls.${option}=${JSON.stringify(value)} cannot be read: ${(error as Error).message}`);
  }
}
