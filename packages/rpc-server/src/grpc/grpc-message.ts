/**
 * A status message, percent-encoded by the specification of gRPC: percent signs, and all characters but printable
 * ASCII. Connect encodes more characters; a client that does not decode, such as grpc-js, would show these codes to
 * people.
 *
 * @param text well-formed
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function grpcMessage(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|%/gu, encodeURIComponent);
}
