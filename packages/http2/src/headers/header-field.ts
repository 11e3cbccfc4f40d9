/** What the rules of RFC 9113, section 8, need to know of a field, found once, when it enters a table. */
export const FieldKind = {
  regular: 0,
  method: 1,
  scheme: 2,
  path: 3,
  authority: 4,
  status: 5,
  contentLength: 6,
  host: 7,
  /** Not allowed in HTTP/2, or not well formed. */
  malformed: 8,
} as const;

const kinds = new Map<string, number>([
  [':method', FieldKind.method],
  [':scheme', FieldKind.scheme],
  [':path', FieldKind.path],
  [':authority', FieldKind.authority],
  [':status', FieldKind.status],
  ['content-length', FieldKind.contentLength],
  ['host', FieldKind.host],
  // RFC 9113, section 8.2.2: fields of a connection.
  ['connection', FieldKind.malformed],
  ['keep-alive', FieldKind.malformed],
  ['proxy-connection', FieldKind.malformed],
  ['transfer-encoding', FieldKind.malformed],
  ['upgrade', FieldKind.malformed],
]);

/** RFC 9113, section 8.2.1 and RFC 9110, section 5.1: a token in lower case. */
const namePattern = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** RFC 9113, section 8.2.1 and RFC 9110, section 5.5: no control characters but tab, no white space at the ends. */
const valuePattern = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** One header field. The entries of an HPACK table are objects of it, so that a field which is sent again is the same object. */
export class HeaderField {
  readonly name: string;
  /** Octets as characters up to U+00FF. */
  readonly value: string;
  /** Not to be kept in a table by anyone who passes it on (RFC 7541, section 7.1.3). */
  readonly sensitive: boolean;
  /** As RFC 7541, section 4.1, counts. */
  readonly size: number;
  /** One of `FieldKind`. */
  readonly kind: number;
  /** Free for the layer above, such as what it made of the value: it lives as long as the field's place in the table. */
  memo: unknown = undefined;

  constructor(name: string, value: string, sensitive = false) {
    this.name = name;
    this.value = value;
    this.sensitive = sensitive;
    this.size = name.length + value.length + 32;
    this.kind = kindOf(name, value);
  }
}

function kindOf(name: string, value: string): number {
  if (!valuePattern.test(value)) return FieldKind.malformed;
  // RFC 9113, section 8.2.2: TE is allowed with this one value.
  if (name === 'te') return value === 'trailers' ? FieldKind.regular : FieldKind.malformed;
  const kind = kinds.get(name);
  if (kind === FieldKind.contentLength) return /^\d{1,15}$/.test(value) ? kind : FieldKind.malformed;
  if (kind !== undefined) return kind;
  return namePattern.test(name) ? FieldKind.regular : FieldKind.malformed;
}
