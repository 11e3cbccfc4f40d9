/** The kind of a field in the rules of RFC 9113, section 8. Determined once, when the field is created. */
export const FieldKind = {
  regular: 0,
  method: 1,
  scheme: 2,
  path: 3,
  authority: 4,
  status: 5,
  contentLength: 6,
  host: 7,
  /** Invalid in HTTP/2. */
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
  // RFC 9113, section 8.2.2: connection-specific fields.
  ['connection', FieldKind.malformed],
  ['keep-alive', FieldKind.malformed],
  ['proxy-connection', FieldKind.malformed],
  ['transfer-encoding', FieldKind.malformed],
  ['upgrade', FieldKind.malformed],
]);

/** RFC 9113, section 8.2.1, and RFC 9110, section 5.1: a token in lower case. */
const namePattern = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** RFC 9113, section 8.2.1, and RFC 9110, section 5.5: no control characters except tab, no white space at the ends. */
const valuePattern = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/**
 * One header field. HPACK tables hold these objects: a field that a peer repeats from its table is the same object each
 * time.
 */
export class HeaderField {
  readonly name: string;
  /** The value, in which each octet is one character up to U+00FF. */
  readonly value: string;
  /** Never indexed: intermediaries must not add it to a table (RFC 7541, section 7.1.3). */
  readonly sensitive: boolean;
  /** The size in bytes as defined in RFC 7541, section 4.1. */
  readonly size: number;
  /** One of `FieldKind`. */
  readonly kind: number;
  /**
   * A value that the user of this package may set, such as the parsed value of the field. It lives as long as the field
   * stays in the table.
   */
  memo: unknown = undefined;

  constructor(name: string, value: string, sensitive = false, size = sizeOf(name, value)) {
    this.name = name;
    this.value = value;
    this.sensitive = sensitive;
    this.size = size;
    this.kind = kindOf(name, value);
  }
}

function sizeOf(name: string, value: string): number {
  return name.length + value.length + 32;
}

/**
 * A field as a peer sent it. White space around its value is dropped (RFC 9110, section 5.5), although RFC 9113,
 * section 8.2.1, calls such a request malformed: gRPC clients send metadata without trimming it.
 */
export function receivedField(name: string, value: string, sensitive: boolean): HeaderField {
  const content = name.startsWith(':') ? value : withoutEdgeSpace(value);
  return new HeaderField(name, content, sensitive, sizeOf(name, value));
}

/** Takes linear time, which a regular expression does not ensure. */
function withoutEdgeSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function kindOf(name: string, value: string): number {
  if (!valuePattern.test(value)) return FieldKind.malformed;
  // RFC 9113, section 8.2.2: TE may only have the value "trailers".
  if (name === 'te') return value === 'trailers' ? FieldKind.regular : FieldKind.malformed;
  const kind = kinds.get(name);
  if (kind === FieldKind.contentLength) return /^\d{1,15}$/.test(value) ? kind : FieldKind.malformed;
  if (kind !== undefined) return kind;
  return namePattern.test(name) ? FieldKind.regular : FieldKind.malformed;
}
