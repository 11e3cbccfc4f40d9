import { FieldKind, HeaderField } from './header-field.ts';

/** A list of header fields or trailers, received or to be sent. */
export class HeaderList {
  readonly fields: readonly HeaderField[];
  /**
   * The pseudo-header fields of a request (RFC 9113, section 8.3.1). A missing one is ''. A missing authority is
   * replaced by the value of Host.
   */
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly authority: string;
  /** The status of a response, or 0. */
  readonly status: number;
  /** The content length in bytes, or -1 without a content-length field. */
  readonly contentLength: number;
  /** The index in each connection's cache of encoded shared lists, or -1 for a list that is not shared. */
  readonly sharedIndex: number;
  /**
   * A value that the user of this package may set, such as the parsed headers. Requests with the same header block
   * share one list, and thereby its memo.
   */
  memo: unknown = undefined;

  constructor(fields: readonly HeaderField[], start: StartLine = noStart, sharedIndex = -1) {
    this.fields = fields;
    this.method = start.method;
    this.scheme = start.scheme;
    this.path = start.path;
    this.authority = start.authority;
    this.status = start.status;
    this.contentLength = start.contentLength;
    this.sharedIndex = sharedIndex;
  }

  /**
   * @param name in lower case
   * @returns the value of a field. Repeated fields are joined with commas (RFC 9110, section 5.3), cookies with
   *   semicolons
   */
  get(name: string): string | undefined {
    let value: string | undefined;
    for (const field of this.fields) {
      if (field.name !== name) continue;
      value = value === undefined ? field.value : `${value}${name === 'cookie' ? '; ' : ', '}${field.value}`;
    }
    return value;
  }
}

/** The parts of a header block other than its regular fields. */
export interface StartLine {
  method: string;
  scheme: string;
  path: string;
  authority: string;
  status: number;
  contentLength: number;
}

const noStart: StartLine = Object.freeze({
  method: '',
  scheme: '',
  path: '',
  authority: '',
  status: 0,
  contentLength: -1,
});

/** Fields that are encoded as never indexed (RFC 7541, section 7.1.3). */
const sensitiveNames = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/**
 * Creates a header list to send once. Pseudo-header fields come first: `:status` in a response, `:method`, `:scheme`,
 * `:authority` and `:path` in a request, none in trailers.
 *
 * @param fields names in lower case; values with one character up to U+00FF per octet
 * @throws TypeError if HTTP/2 does not allow a name or value
 */
export function headerList(fields: readonly (readonly [name: string, value: string])[]): HeaderList {
  const [first] = fields;
  const start = first?.[0] === ':status' ? { ...noStart, status: Number(first[1]) } : noStart;
  return new HeaderList(fields.map(toField), start);
}

/**
 * Creates a header list to send many times. Each connection caches its encoding and keeps its fields in the dynamic
 * table of HPACK, so that each field takes one byte. The caches never forget a shared list: create it once per process,
 * not per request. A client needs about one for each method that it calls.
 *
 * @throws TypeError like `headerList`
 */
export function sharedHeaderList(fields: readonly (readonly [name: string, value: string])[]): HeaderList {
  return new HeaderList(fields.map(toField), undefined, sharedLists++);
}

let sharedLists = 0;

/** Whether `headerList` accepts a field. */
export function isSendable(name: string, value: string): boolean {
  return new HeaderField(name, value).kind !== FieldKind.malformed;
}

function toField([name, value]: readonly [string, string]): HeaderField {
  const field = new HeaderField(name, value, sensitiveNames.has(name));
  if (field.kind === FieldKind.malformed)
    throw new TypeError(`invalid name or value of HTTP/2 header field ${JSON.stringify(name)}`);
  return field;
}
