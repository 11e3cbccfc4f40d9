const name = 'grpc-message';

/**
 * A status message as the specification of gRPC has it: encoded are only percent signs and what is no printable ASCII.
 *
 * @param text well-formed
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function grpcMessage(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|%/gu, encodeURIComponent);
}

/** Replaces the status message of Connect, which encodes more: clients that do not decode that, such as grpc-js, would show it to people. */
export function encodeGrpcMessage(trailer: Headers): void {
  const encoded = trailer.get(name);
  if (encoded !== null) trailer.set(name, grpcMessage(decodeURIComponent(encoded)));
}
