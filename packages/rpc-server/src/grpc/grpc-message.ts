/**
 * Percent-encodes a status message as gRPC specifies: percent signs, and all characters except printable ASCII. Connect
 * encodes more characters, and clients that do not decode, such as grpc-js, would display the codes.
 *
 * @param text well-formed
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function grpcMessage(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|%/gu, encodeURIComponent);
}
