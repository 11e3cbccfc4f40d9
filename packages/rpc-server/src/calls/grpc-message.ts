const name = 'grpc-message';

/**
 * Encodes the status message of gRPC as its specification has it: only percent signs and what is no printable ASCII. Connect
 * encodes more, and clients that do not decode that, such as grpc-js, would show it to people.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function encodeGrpcMessage(trailer: Headers): void {
  const encoded = trailer.get(name);
  if (encoded !== null) {
    trailer.set(name, decodeURIComponent(encoded).replaceAll(/[^\x20-\x7e]|%/gu, encodeURIComponent));
  }
}
