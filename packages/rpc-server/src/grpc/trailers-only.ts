import { Code } from '@connectrpc/connect';
import type { RefusalResponse } from '../call/refusal.ts';
import { grpcMessage } from './grpc-message.ts';

/** The longest path in the error, in characters. Longer ones are cut, because a client may send any path. */
const maxPathLength = 200;

/** The whole response ("Trailers-Only") to a call of an unknown method. */
export function unknownMethod(path: string, contentType: string): RefusalResponse {
  return trailersOnly(contentType, Code.Unimplemented, `there is no method ${path.slice(0, maxPathLength)}`);
}

/** The whole response when an address sends too many requests that are not calls. */
export function tooManyRefusals(contentType: string): RefusalResponse {
  return trailersOnly(contentType, Code.ResourceExhausted, 'too many requests that are not calls, try again later');
}

function trailersOnly(contentType: string, code: Code, message: string): RefusalResponse {
  return {
    status: 200,
    code,
    fields: [
      ['content-type', contentType],
      ['grpc-status', `${code}`],
      ['grpc-message', grpcMessage(message)],
    ],
  };
}
