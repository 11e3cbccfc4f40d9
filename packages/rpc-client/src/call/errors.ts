import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorCode, errorName, type StreamClose } from '@example/http2';

/** The error of an attempt whose stream closed before its response ended. */
export function closeError({ code, by }: StreamClose): ConnectError {
  switch (by) {
    case 'peer':
      return new ConnectError(`the server reset the stream with ${errorName(code)}`, codes.get(code) ?? Code.Internal);
    case 'connection':
      return new ConnectError('the connection to the server was lost', Code.Unavailable);
    default:
      return new ConnectError(violationText(code), codes.get(code) ?? Code.Internal);
  }
}

/** The status for each error code of HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors. */
const codes: ReadonlyMap<number, Code> = new Map([
  [ErrorCode.REFUSED_STREAM, Code.Unavailable],
  [ErrorCode.CANCEL, Code.Canceled],
  [ErrorCode.ENHANCE_YOUR_CALM, Code.ResourceExhausted],
  [ErrorCode.INADEQUATE_SECURITY, Code.PermissionDenied],
]);

function violationText(code: number): string {
  if (code === ErrorCode.ENHANCE_YOUR_CALM) {
    return 'the headers of the response exceed maxHeaderBytes, or too many informational responses (1xx) precede it';
  }
  return `protocol error: the response is not valid HTTP (${errorName(code)})`;
}

/** The reason of an `AbortSignal` that has fired. */
export function aborted({ reason }: AbortSignal): ConnectError {
  return ConnectError.from(reason, Code.Canceled);
}

export function incompleteEnvelope(): ConnectError {
  return new ConnectError('protocol error: the response ends within a message', Code.InvalidArgument);
}

/** The error for a server that did not send exactly one message, although the method has one response message. */
export function wrongMessageCount(text: string): ConnectError {
  return new ConnectError(`protocol error: ${text}`, Code.Unimplemented);
}

export function moreThanOneMessage(): ConnectError {
  return wrongMessageCount('more than one response message for a method with one');
}

/** @throws {ConnectError} RESOURCE_EXHAUSTED when the envelope that ends a response exceeds the limit of trailers */
export function checkEndLength({ length }: Uint8Array, maxHeaderBytes: number): void {
  if (length <= maxHeaderBytes) return;
  throw new ConnectError('the trailers of the response exceed maxHeaderBytes', Code.ResourceExhausted);
}
