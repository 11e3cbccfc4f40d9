import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { ConfigError } from '../config/environment.ts';

/** The age at which keys from a URL are fetched again, in milliseconds. A file is read at every check. */
const refreshMs = 5 * 60_000;
/** The pause after a failure, and between two fetches for tokens with an unknown key, in milliseconds. */
const pauseMs = 10_000;
/** How long a fetch may take, in milliseconds. */
const fetchMs = 5_000;
/** The largest key set, in bytes after decompression: more than 100 RSA keys with their certificates. */
const maxBytes = 512 * 1024;

/** The public keys of a token issuer (RFC 7517), from a file or a URL. They stay in use until newer keys are loaded. */
export class IssuerKeys {
  readonly #source: string;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #text: string | undefined;
  #keys: JWTVerifyGetKey | undefined;
  #loading: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Times of `performance.now()`. */
  #loadedAt = 0;
  #failedAt = 0;

  /**
   * @param source the path of a file, or an http or https URL
   * @param onChange called when the keys have changed
   */
  constructor(source: string, logger: Logger, onChange: () => void) {
    this.#source = source;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /**
   * Loads the keys. A URL may fail, because an issuer may start after us; a file must be readable. @throws
   * {ConfigError}
   */
  async start(): Promise<void> {
    await this.#load().catch((error: Error) => {
      if (isUrl(this.#source)) return;
      throw new ConfigError(`AUTH_JWKS=${JSON.stringify(this.#source)}: has no usable keys: ${error.message}`);
    });
  }

  /** Loads the keys again, and logs the result. */
  async reload(): Promise<void> {
    await this.#load().then(
      () => this.#logger.info('the keys of the token issuer are reloaded'),
      () => {},
    );
  }

  /** Whether any keys are loaded. Starts to load new keys if they are due. */
  check(): boolean {
    if (!isUrl(this.#source) || this.#keys === undefined || performance.now() >= this.#loadedAt + refreshMs) {
      this.#loadAfterPause().catch(() => {});
    }
    return this.#keys !== undefined;
  }

  /**
   * Finds the key of a token. If the key is unknown, the keys are loaded again, because the issuer may have added it.
   *
   * @throws {JOSEError}
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = this.#keys ?? (await this.#loadAfterPause());
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || performance.now() < this.#loadedAt + pauseMs) throw error;
      const newKeys = await this.#loadAfterPause();
      return await newKeys(header, token);
    }
  };

  async #loadAfterPause(): Promise<JWTVerifyGetKey> {
    const isPaused = this.#failure !== undefined && performance.now() < this.#failedAt + pauseMs;
    if (isPaused && this.#loading === undefined) throw this.#failure;
    await this.#load();
    return this.#keys as JWTVerifyGetKey;
  }

  /** Loads the keys, and logs a failure. Concurrent calls share one load. */
  #load(): Promise<void> {
    this.#loading ??= this.#read()
      .catch((error: unknown) => {
        this.#failedAt = performance.now();
        this.#failure = new Error(reasonOf(error));
        const consequence = this.#keys === undefined ? 'no token can be verified' : 'the old ones stay in use';
        this.#logger.warn({ reason: this.#failure.message }, `AUTH_JWKS has no usable keys: ${consequence}`);
        throw this.#failure;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #read(): Promise<void> {
    const text = await (isUrl(this.#source) ? fetchText(this.#source) : readFile(this.#source, 'utf8'));
    if (text !== this.#text) {
      this.#keys = parse(text);
      this.#text = text;
      this.#onChange();
    }
    if (this.#failure !== undefined) this.#logger.info('AUTH_JWKS has usable keys now');
    this.#failure = undefined;
    this.#loadedAt = performance.now();
  }
}

function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

async function fetchText(url: string): Promise<string> {
  // Only the issuer's own URL may provide its keys: a redirect is a failure.
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(fetchMs) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the response has the HTTP status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** @throws when the text is not a key set with at least one usable key */
function parse(text: string): JWTVerifyGetKey {
  const keys: unknown = JSON.parse(text)?.keys;
  if (!Array.isArray(keys)) throw new Error('it is not a JSON Web Key Set');
  const usable = keys.filter(isUsable);
  if (usable.length === 0) throw new Error('it has no public key for signatures');
  return createLocalJWKSet({ keys: usable });
}

/** A set may have other keys too, such as for encryption. */
function isUsable(key: JsonWebKey | null): boolean {
  try {
    return (
      key !== null && key['use'] !== 'enc' && key.d === undefined && createPublicKey({ key, format: 'jwk' }) !== null
    );
  } catch {
    return false;
  }
}

/** The cause of a failed fetch is more precise than its message, "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message || `${(cause as NodeJS.ErrnoException).code}`;
}
