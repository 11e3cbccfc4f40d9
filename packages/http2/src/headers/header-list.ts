import { FieldKind, HeaderField } from './header-field.ts';

/** A list of header fields or trailers, received or to be sent. */
export class HeaderList {
  readonly fields: readonly HeaderField[];
  /** The request pseudo-header fields (RFC 9113, section 8.3.1), each '' when it is not there; but `authority` is that of Host then. */
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly authority: string;
  /** -1 when there is none. */
  readonly contentLength: number;
  /** The place of its encoding in each connection's cache, of one that is shared; else -1. */
  readonly sharedIndex: number;
  /** Free for the layer above, such as what it made of the list: the same list is given for requests with the same header block. */
  memo: unknown = undefined;

  constructor(fields: readonly HeaderField[], request: RequestLine = noRequest, sharedIndex = -1) {
    this.fields = fields;
    this.method = request.method;
    this.scheme = request.scheme;
    this.path = request.path;
    this.authority = request.authority;
    this.contentLength = request.contentLength;
    this.sharedIndex = sharedIndex;
  }

  /** The value of a field, those of several joined by commas (RFC 9110, section 5.3), or cookies by semicolons. @param name in lower case */
  get(name: string): string | undefined {
    let value: string | undefined;
    for (const field of this.fields) {
      if (field.name !== name) continue;
      value = value === undefined ? field.value : `${value}${name === 'cookie' ? '; ' : ', '}${field.value}`;
    }
    return value;
  }
}

export interface RequestLine {
  method: string;
  scheme: string;
  path: string;
  authority: string;
  contentLength: number;
}

const noRequest: RequestLine = Object.freeze({ method: '', scheme: '', path: '', authority: '', contentLength: -1 });

/** Names whose values nobody on the way should keep (RFC 7541, section 7.1.3). */
const sensitiveNames = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/**
 * A header list to send once. `:status` comes first in a response, and not at all in trailers.
 *
 * @param fields names in lower case; values of octets as characters up to U+00FF
 * @throws TypeError a name or value that HTTP/2 does not allow
 */
export function headerList(fields: readonly (readonly [name: string, value: string])[]): HeaderList {
  return new HeaderList(fields.map(toField));
}

/**
 * A header list to send again and again. Make it once for the life of the process, never for a call: every connection keeps its
 * encoding, and its fields in the dynamic table of HPACK, so that it costs a byte for each field.
 *
 * @throws as `headerList`
 */
export function sharedHeaderList(fields: readonly (readonly [name: string, value: string])[]): HeaderList {
  return new HeaderList(fields.map(toField), undefined, sharedLists++);
}

let sharedLists = 0;

function toField([name, value]: readonly [string, string]): HeaderField {
  const field = new HeaderField(name, value, sensitiveNames.has(name));
  if (field.kind === FieldKind.malformed)
    throw new TypeError(`HTTP/2 has no header field ${JSON.stringify(name)} with this value`);
  return field;
}
