/**
 * A status message, percent-encoded as the specification of gRPC has it: percent signs and all but printable ASCII.
 * Connect encodes more, which clients that do not decode, such as grpc-js, would show to people.
 *
 * @param text well-formed
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function grpcMessage(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|%/gu, encodeURIComponent);
}
