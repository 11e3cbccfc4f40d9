import { isIPv6 } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { type Compression, compressionNegotiate } from '@connectrpc/connect/protocol';
import { parseContentType as parseConnectType } from '@connectrpc/connect/protocol-connect';
import { parseContentType as parseGrpcType } from '@connectrpc/connect/protocol-grpc';
import { parseContentType as parseGrpcWebType } from '@connectrpc/connect/protocol-grpc-web';
import { compressions } from '@example/rpc-core';
import type { LoggedHeaders } from './access-log.ts';
import type { RequestHeaders } from './call-stream.ts';
import type { CodecName } from './codec.ts';
import { parseConnectTimeout, parseGrpcTimeout } from './deadline.ts';

/**
 * The protocols by their content types. `connect` is the protocol of unary calls (by POST or GET), `connect-stream` of
 * the other three kinds.
 */
export type ProtocolName = 'grpc' | 'grpc-web' | 'grpc-web-text' | 'connect' | 'connect-stream';

/** The header fields of a call, parsed. */
export interface CallHeaders {
  /** The protocol; undefined when neither the content type nor the query belongs to a call. */
  readonly protocol: ProtocolName | undefined;
  readonly codec: CodecName;
  /** The path of the method, without a query. */
  readonly path: string;
  /** The query of a GET request; empty for other requests. */
  readonly query: URLSearchParams;
  /** Whether the request has exactly one host, in the form of RFC 3986, section 3.2, without user information. */
  readonly isAuthorityValid: boolean;
  /** The timeout in milliseconds; undefined without a timeout, NaN when it is invalid. */
  readonly timeoutMs: number | undefined;
  readonly timeoutText: string;
  readonly authorization: string | undefined;
  readonly requestId: string | undefined;
  /** The addresses that proxies have written: x-forwarded-for, and Forwarded (RFC 7239). */
  readonly forwardedFor: string | undefined;
  readonly forwarded: string | undefined;
  /** The origin of the page that makes the call. */
  readonly origin: string | undefined;
  /** Whether the client waits for status 100 before it sends the body: RFC 9110, section 10.1.1. */
  readonly expectsContinue: boolean;
  readonly requestCompression: Compression | null;
  readonly responseCompression: Compression | null;
  /** Set if the server does not support the version of the protocol, or the compression of the request. */
  readonly unsupported: ConnectError | undefined;
  /** Set and read by the access log. */
  logged: LoggedHeaders['logged'];
}

/**
 * The values of the header fields that the protocols use. The values of a repeated field are joined (RFC 9110, section
 * 5.3).
 */
interface FieldValues {
  grpcTimeout: string | undefined;
  grpcEncoding: string | undefined;
  grpcAcceptEncoding: string | undefined;
  connectVersion: string | undefined;
  connectTimeout: string | undefined;
  contentEncoding: string | undefined;
  acceptEncoding: string | undefined;
  connectContentEncoding: string | undefined;
  connectAcceptEncoding: string | undefined;
  authorization: string | undefined;
  requestId: string | undefined;
  forwardedFor: string | undefined;
  forwarded: string | undefined;
  origin: string | undefined;
}

const noQuery = new URLSearchParams();

class Parsed implements CallHeaders, FieldValues {
  protocol: ProtocolName | undefined = undefined;
  codec: CodecName = 'proto';
  path = '';
  query = noQuery;
  hasContentType = false;
  /** The last value of `:authority` or Host. */
  authority: string | undefined = undefined;
  hasHost = false;
  isAuthorityValid = true;
  timeoutMs: number | undefined = undefined;
  timeoutText = '';
  expectsContinue = false;
  requestCompression: Compression | null = null;
  responseCompression: Compression | null = null;
  unsupported: ConnectError | undefined = undefined;
  logged: LoggedHeaders['logged'] = undefined;

  grpcTimeout: string | undefined = undefined;
  grpcEncoding: string | undefined = undefined;
  grpcAcceptEncoding: string | undefined = undefined;
  connectVersion: string | undefined = undefined;
  connectTimeout: string | undefined = undefined;
  contentEncoding: string | undefined = undefined;
  acceptEncoding: string | undefined = undefined;
  connectContentEncoding: string | undefined = undefined;
  connectAcceptEncoding: string | undefined = undefined;
  authorization: string | undefined = undefined;
  requestId: string | undefined = undefined;
  forwardedFor: string | undefined = undefined;
  forwarded: string | undefined = undefined;
  origin: string | undefined = undefined;
}

/** Adds one field to the result. */
type Apply = (parsed: Parsed) => void;

const ignore: Apply = () => {};

function keep(name: keyof FieldValues): (value: string) => Apply {
  return (value) => (parsed) => {
    const before = parsed[name];
    parsed[name] = before === undefined ? value : `${before}, ${value}`;
  };
}

function authority(value: string): Apply {
  const isValid = isAuthority(value);
  return (parsed) => {
    parsed.authority = value;
    if (!isValid) parsed.isAuthorityValid = false;
  };
}

/** RFC 9112, section 3.2: a request with two Host fields is refused, even if their values are equal. */
function host(value: string): Apply {
  const apply = authority(value);
  return (parsed) => {
    apply(parsed);
    if (parsed.hasHost) parsed.isAuthorityValid = false;
    parsed.hasHost = true;
  };
}

/**
 * A name may contain percent-encoded octets: clients on a Unix domain socket send its path, such as `%2Frun%2Fs.sock`.
 */
const authorityPattern = /^(?:\[([\da-f:.]+)\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

function isAuthority(text: string): boolean {
  const match = authorityPattern.exec(text);
  return match !== null && (match[1] === undefined || isIPv6(match[1]));
}

function contentType(value: string): Apply {
  const type = parseContentType(value);
  return (parsed) => {
    // A request that repeats its content type is treated like one with an unsupported content type.
    parsed.protocol = parsed.hasContentType ? undefined : type?.protocol;
    parsed.codec = type?.codec ?? 'proto';
    parsed.hasContentType = true;
  };
}

/** JSON is UTF-8 (RFC 8259, section 8.1). Other parameters of a content type are ignored. */
const otherCharset = /^charset=(?!"?utf-?8"?$)/i;

function parseContentType(value: string): { protocol: ProtocolName; codec: CodecName } | undefined {
  const [type = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (parameters.some((parameter) => otherCharset.test(parameter))) return undefined;
  const grpc = parseGrpcType(type);
  if (grpc !== undefined) return { protocol: 'grpc', codec: grpc.binary ? 'proto' : 'json' };
  const web = parseGrpcWebType(type);
  if (web !== undefined) {
    return { protocol: web.text ? 'grpc-web-text' : 'grpc-web', codec: web.binary ? 'proto' : 'json' };
  }
  const connect = parseConnectType(type);
  if (connect === undefined) return undefined;
  return { protocol: connect.stream ? 'connect-stream' : 'connect', codec: connect.binary ? 'proto' : 'json' };
}

function expect(value: string): Apply {
  if (value.toLowerCase() !== '100-continue') return ignore;
  return (parsed) => {
    parsed.expectsContinue = true;
  };
}

const parsers = new Map<string, (value: string) => Apply>([
  [':authority', authority],
  ['host', host],
  ['content-type', contentType],
  ['expect', expect],
  ['grpc-timeout', keep('grpcTimeout')],
  ['grpc-encoding', keep('grpcEncoding')],
  ['grpc-accept-encoding', keep('grpcAcceptEncoding')],
  ['connect-protocol-version', keep('connectVersion')],
  ['connect-timeout-ms', keep('connectTimeout')],
  ['content-encoding', keep('contentEncoding')],
  ['accept-encoding', keep('acceptEncoding')],
  ['connect-content-encoding', keep('connectContentEncoding')],
  ['connect-accept-encoding', keep('connectAcceptEncoding')],
  ['authorization', keep('authorization')],
  ['x-request-id', keep('requestId')],
  ['x-forwarded-for', keep('forwardedFor')],
  ['forwarded', keep('forwarded')],
  ['origin', keep('origin')],
]);

/**
 * Parses the header fields of a request. Both the result and each parsed field are kept in the `memo` of the list and
 * of the field, so that the repeated headers of a connection cost next to nothing.
 */
export function parseCallHeaders(headers: RequestHeaders): CallHeaders {
  headers.memo ??= parse(headers);
  return headers.memo as CallHeaders;
}

function parse(headers: RequestHeaders): CallHeaders {
  const parsed = new Parsed();
  for (const field of headers.fields) {
    field.memo ??= parsers.get(field.name)?.(field.value) ?? ignore;
    (field.memo as Apply)(parsed);
  }
  // The authority differs from the fields if it is missing, or if it comes from a target in absolute form, which
  // replaces Host (RFC 9112, section 3.2.2).
  if (headers.authority !== parsed.authority && !isAuthority(headers.authority)) parsed.isAuthorityValid = false;
  const queryAt = headers.path.indexOf('?');
  parsed.path = queryAt < 0 ? headers.path : headers.path.slice(0, queryAt);
  if (headers.method === 'GET') parseTarget(parsed, headers.path);
  if (parsed.protocol !== undefined) applyProtocol(parsed, parsed.protocol);
  return parsed;
}

/**
 * A Connect call by GET has its codec and compression in the query:
 * https://connectrpc.com/docs/protocol#unary-get-request.
 */
function parseTarget(parsed: Parsed, target: string): void {
  const isConnect = parsed.protocol === 'connect' || !parsed.hasContentType;
  parsed.protocol = undefined;
  const [query = ''] = target.slice(parsed.path.length).split('#', 1);
  parsed.query = new URLSearchParams(query);
  const codec = parsed.query.get('encoding');
  if (!isConnect || (codec !== 'proto' && codec !== 'json')) return;
  parsed.protocol = 'connect';
  parsed.codec = codec;
  parsed.contentEncoding = parsed.query.get('compression') ?? undefined;
  checkVersion(parsed, 'connect', parsed.query.get('connect'), 'v1');
}

/** A missing version is version 1: https://connectrpc.com/docs/protocol#unary-request. */
function checkVersion(parsed: Parsed, name: string, version: string | null | undefined, supported: string): void {
  if (version === supported || !version) return;
  const text = `${name} must be "${supported}", not ${JSON.stringify(version)}`;
  parsed.unsupported = new ConnectError(text, Code.InvalidArgument);
}

function applyProtocol(parsed: Parsed, protocol: ProtocolName): void {
  switch (protocol) {
    case 'connect':
      checkVersion(parsed, 'Connect-Protocol-Version', parsed.connectVersion, '1');
      applyTimeout(parsed, parsed.connectTimeout, parseConnectTimeout);
      applyCompression(parsed, parsed.contentEncoding, parsed.acceptEncoding, 'Accept-Encoding');
      return;
    case 'connect-stream': {
      checkVersion(parsed, 'Connect-Protocol-Version', parsed.connectVersion, '1');
      applyTimeout(parsed, parsed.connectTimeout, parseConnectTimeout);
      const { connectContentEncoding, connectAcceptEncoding } = parsed;
      applyCompression(parsed, connectContentEncoding, connectAcceptEncoding, 'Connect-Accept-Encoding');
      return;
    }
    default:
      applyTimeout(parsed, parsed.grpcTimeout, parseGrpcTimeout);
      applyCompression(parsed, parsed.grpcEncoding, parsed.grpcAcceptEncoding, 'Grpc-Accept-Encoding');
  }
}

function applyTimeout(parsed: Parsed, text: string | undefined, parseMs: (text: string) => number): void {
  if (text === undefined) return;
  parsed.timeoutText = text;
  parsed.timeoutMs = parseMs(text);
}

function applyCompression(parsed: Parsed, encoding = '', acceptEncoding: string | undefined, acceptName: string): void {
  if (encoding === '' && acceptEncoding === undefined) return;
  const requested = encoding === '' ? null : encoding;
  const negotiated = compressionNegotiate(compressions, requested, acceptEncoding ?? null, acceptName);
  parsed.requestCompression = negotiated.request;
  parsed.responseCompression = negotiated.response;
  parsed.unsupported ??= negotiated.error;
}
