import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError } from '@connectrpc/connect';

const encoder = new TextEncoder();

/**
 * The bytes of the message of a Connect call by GET, compressed or not (https://connectrpc.com/docs/protocol#unary-get-request).
 *
 * @throws {ConnectError} INVALID_ARGUMENT when they are no base64 although the query says so
 */
export function queryMessage(query: URLSearchParams): Uint8Array {
  const message = query.get('message') ?? '';
  if (query.get('base64') !== '1') return encoder.encode(message);
  try {
    return base64Decode(message);
  } catch {
    throw new ConnectError('the message in the query is no base64', Code.InvalidArgument);
  }
}
