/** An error of Node's HTTP/1.1 parser, or of its timeouts. */
export interface ParserError extends NodeJS.ErrnoException {
  /** The bytes that the parser has read last. */
  readonly rawPacket?: Buffer;
  /** The position in these bytes at which it stopped. */
  readonly bytesParsed?: number;
}

/** The error for a request that asks for a tunnel. */
export const tunnelError: ParserError = { name: 'TunnelError', code: 'TUNNEL', message: 'CONNECT is not supported' };

/**
 * The error for a request line with a version that Node's parser accepts, but this server does not, such as HTTP/2.0.
 */
export const versionError: ParserError = {
  name: 'VersionError',
  code: 'HPE_INVALID_VERSION',
  message: 'the version is neither HTTP/1.0 nor HTTP/1.1',
};

/** The error for a client that pipelines more requests than a connection may. */
export const pipelineError: ParserError = {
  name: 'PipelineError',
  code: 'PIPELINE',
  message: 'more than MAX_STREAMS requests wait for their turn',
};

const notImplemented = '501 Not Implemented';

/** The statuses of requests that Node's parser cannot read, by its error codes. */
const statuses: ReadonlyMap<string, string> = new Map([
  // RFC 9110, section 15.6.2.
  [tunnelError.code as string, notImplemented],
  [pipelineError.code as string, '429 Too Many Requests'],
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '413 Content Too Large'],
  ['HPE_INVALID_VERSION', '505 HTTP Version Not Supported'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** The rest of a request line after a part of its method. */
const restOfRequestLine = /^[\w!#$%&'*+.^`|~-]* \S+ HTTP\//;
/** A request line that ends within its target. */
const unfinishedTarget = /(?:^|\n)[A-Z-]+ \S+$/;
const endOfTarget = ' HTTP/';

/** Whether the client has sent something other than HTTP/1.1. */
export function isNoRequest(error: ParserError): boolean {
  return error.code === 'HPE_INVALID_METHOD' && !restOfRequestLine.test(restOf(error));
}

/** The status of the response to a request that cannot be read, with its reason phrase. */
export function statusOfUnreadable(error: ParserError): string {
  const { code = '', rawPacket, bytesParsed = 0 } = error;
  // Unknown methods are 501, and long targets are 414: RFC 9112, section 3.
  if (code === 'HPE_INVALID_METHOD' && !isNoRequest(error)) return notImplemented;
  if (code === 'HPE_HEADER_OVERFLOW') {
    const read = rawPacket?.toString('latin1', 0, bytesParsed) ?? '';
    // If a long target began in an earlier packet and does not end in this one, it looks like a header field: the
    // status is then 431.
    if (restOf(error).startsWith(endOfTarget) || unfinishedTarget.test(read)) return '414 URI Too Long';
  }
  return statuses.get(code) ?? '400 Bad Request';
}

function restOf({ rawPacket, bytesParsed }: ParserError): string {
  return rawPacket?.toString('latin1', bytesParsed) ?? '';
}

const violations: ReadonlySet<string | undefined> = new Set([pipelineError.code, 'ERR_HTTP_REQUEST_TIMEOUT']);

/** Whether the error is a fault of the client, not its disconnection. */
export function isViolation({ code }: ParserError): boolean {
  return violations.has(code) || (code?.startsWith('HPE_') === true && code !== 'HPE_INVALID_EOF_STATE');
}
