import { Code } from '@connectrpc/connect';
import type { Fields } from '../call/metadata.ts';
import { grpcMessage } from './grpc-message.ts';

/** The longest path in the error, in characters. Longer ones are cut, because a client may send any path. */
const maxPathLength = 200;

/** The header fields that are the whole response ("Trailers-Only") to a call of an unknown method. */
export function unknownMethod(path: string, contentType: string): Fields {
  return trailersOnly(contentType, Code.Unimplemented, `there is no method ${path.slice(0, maxPathLength)}`);
}

/** The header fields that are the whole response when an address sends too many requests that are not calls. */
export function tooManyRefusals(contentType: string): Fields {
  return trailersOnly(contentType, Code.ResourceExhausted, 'too many requests that are not calls, try again later');
}

function trailersOnly(contentType: string, code: Code, message: string): Fields {
  return [
    ['content-type', contentType],
    ['grpc-status', `${code}`],
    ['grpc-message', grpcMessage(message)],
  ];
}
