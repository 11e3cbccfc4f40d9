import { Code } from '@connectrpc/connect';
import type { Fields } from '../call/metadata.ts';
import { grpcMessage } from './grpc-message.ts';

/** The longest path in the error, in characters. Longer ones are cut, because a client may send any path. */
const maxPathLength = 200;

/** The header fields of the whole response ("Trailers-Only") to a call of a method that no service has. */
export function unknownMethod(path: string, contentType: string): Fields {
  const message = `there is no method ${path.slice(0, maxPathLength)}`;
  return [
    ['content-type', contentType],
    ['grpc-status', `${Code.Unimplemented}`],
    ['grpc-message', grpcMessage(message)],
  ];
}
