import { FieldKind, type HeaderField } from './header-field.ts';
import { HeaderList } from './header-list.ts';

/** The three digits of a status: RFC 9110, section 15. */
const statusPattern = /^[1-9]\d\d$/;

/** A decoded header block, and the kinds of field sections that it is valid as. */
export interface HeaderBlock {
  readonly headers: HeaderList;
  /** Whether the list exceeds the size limit. `headers` is then incomplete. */
  readonly isTooLarge: boolean;
  /** Whether the block is valid as the headers of a request: RFC 9113, section 8.3.1. */
  readonly isRequest: boolean;
  /** Whether the block is valid as the headers of a response: RFC 9113, section 8.3.2. */
  readonly isResponse: boolean;
  /** Whether the block is valid as trailers: RFC 9113, section 8.1. */
  readonly isTrailers: boolean;
}

/** Collects the fields of a header block, and checks them by RFC 9113, sections 8.2 and 8.3. */
export class HeaderBlockBuilder {
  readonly #limit: number;
  #fields: HeaderField[] = [];
  #size = 0;
  /** Invalid in any kind of field section. */
  #isMalformed = false;
  #hasPseudo = false;
  /** Whether there is a pseudo-header field of requests. */
  #hasRequestPseudo = false;
  #hasRegular = false;
  #host: string | undefined;
  #hasScheme = false;
  #hasPath = false;
  #hasAuthority = false;
  status = 0;
  method = '';
  scheme = '';
  path = '';
  authority = '';
  contentLength = -1;

  /** @param limit the limit of the size of the list, in bytes as defined in RFC 9113, section 6.5.2 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(field: HeaderField): void {
    this.#size += field.size;
    if (this.#size > this.#limit) return;
    this.#fields.push(field);
    switch (field.kind) {
      case FieldKind.regular:
        this.#hasRegular = true;
        return;
      case FieldKind.contentLength:
        this.#hasRegular = true;
        this.#addContentLength(Number(field.value));
        return;
      case FieldKind.host:
        this.#hasRegular = true;
        if (this.#host !== undefined) this.#isMalformed = true;
        this.#host = field.value;
        return;
      case FieldKind.malformed:
        this.#isMalformed = true;
        return;
      default:
        this.#addPseudo(field);
    }
  }

  build(): HeaderBlock {
    const isTooLarge = this.#size > this.#limit;
    const isRequest = !isTooLarge && this.#isRequest();
    // RFC 9113, section 8.3.1: a request converted from HTTP/1.1 may have Host instead of :authority.
    if (isRequest && !this.#hasAuthority) this.authority = this.#host ?? '';
    return {
      headers: new HeaderList(this.#fields, this),
      isTooLarge,
      isRequest,
      isResponse: !isTooLarge && !this.#isMalformed && this.status !== 0 && !this.#hasRequestPseudo,
      isTrailers: !isTooLarge && !this.#isMalformed && !this.#hasPseudo,
    };
  }

  /** RFC 9110, section 8.6: repeated fields with the same value are valid. */
  #addContentLength(length: number): void {
    if (this.contentLength !== -1 && this.contentLength !== length) this.#isMalformed = true;
    this.contentLength = length;
  }

  /** RFC 9113, section 8.3: pseudo-header fields precede all regular fields, and each occurs once. */
  #addPseudo({ kind, value }: HeaderField): void {
    this.#hasPseudo = true;
    if (this.#hasRegular) this.#isMalformed = true;
    if (kind === FieldKind.status) {
      if (this.status !== 0 || !statusPattern.test(value)) this.#isMalformed = true;
      else this.status = Number(value);
      return;
    }
    this.#hasRequestPseudo = true;
    switch (kind) {
      case FieldKind.method:
        if (this.method !== '' || value === '') this.#isMalformed = true;
        this.method = value;
        return;
      case FieldKind.scheme:
        if (this.#hasScheme) this.#isMalformed = true;
        this.#hasScheme = true;
        this.scheme = value;
        return;
      case FieldKind.path:
        if (this.#hasPath) this.#isMalformed = true;
        this.#hasPath = true;
        this.path = value;
        return;
      default:
        if (this.#hasAuthority) this.#isMalformed = true;
        this.#hasAuthority = true;
        this.authority = value;
    }
  }

  /** Whether the pseudo-header fields are those of a request: RFC 9113, section 8.3.1. */
  #isRequest(): boolean {
    if (this.#isMalformed || this.status !== 0 || this.method === '') return false;
    // CONNECT has an authority, and neither scheme nor path: RFC 9113, section 8.5.
    if (this.method === 'CONNECT') return !this.#hasScheme && !this.#hasPath && this.authority !== '';
    if (this.scheme === '' || this.path === '') return false;
    if (this.#hasAuthority && this.#host !== undefined && !isSameHost(this.#host, this.authority)) return false;
    if (this.scheme !== 'http' && this.scheme !== 'https') return true;
    if (this.path[0] !== '/' && !(this.path === '*' && this.method === 'OPTIONS')) return false;
    // RFC 9113, section 8.3.1: no deprecated user information. A request without an authority is accepted here, so that
    // the user of this package can respond with a status.
    return !this.authority.includes('@') && this.#host?.includes('@') !== true;
  }
}

function isSameHost(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}
