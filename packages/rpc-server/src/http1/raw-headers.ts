import type { RequestHeaders } from '../call/call-stream.ts';

/** The request line of HTTP/1.1, or the pseudo-header fields of HTTP/2. */
export interface RequestTarget {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** Header fields in the form of Node's HTTP modules: names and values alternate. */
export class RawHeaders implements RequestHeaders {
  readonly fields: RequestHeaders['fields'];
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly contentLength: number;
  memo: unknown = undefined;
  readonly #raw: readonly string[];

  constructor(raw: readonly string[], { method, scheme, authority, path }: RequestTarget) {
    const fields = [];
    for (let i = 0; i < raw.length; i += 2) {
      fields.push({ name: (raw[i] as string).toLowerCase(), value: raw[i + 1] as string, memo: undefined });
    }
    this.#raw = raw;
    this.fields = fields;
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.contentLength = Number(this.get('content-length') ?? -1);
  }

  get(name: string): string | undefined {
    let value: string | undefined;
    for (const field of this.fields) {
      if (field.name === name) value = value === undefined ? field.value : `${value}, ${field.value}`;
    }
    return value;
  }

  /** Whether a request of the same connection has the same header fields. */
  equals(raw: readonly string[], method: string, path: string): boolean {
    if (raw.length !== this.#raw.length || method !== this.method || path !== this.path) return false;
    for (let i = 0; i < raw.length; i++) if (raw[i] !== this.#raw[i]) return false;
    return true;
  }
}
