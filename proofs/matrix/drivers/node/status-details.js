import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { loadSync } from '@grpc/proto-loader';

const googleApis = dirname(createRequire(import.meta.url).resolve('google-proto-files/package.json'));

// With the option `json`, the loader unpacks a google.protobuf.Any into an object with its type as @type, if it has
// loaded that type.
const { 'google.rpc.Status': statusMessage } = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], {
  includeDirs: [googleApis],
  longs: String,
  json: true,
});

/**
 * The details of an error, in ProtoJSON.
 *
 * @param {import('@grpc/grpc-js').ServiceError | undefined} error
 */
export function detailsOf(error) {
  const [trailer] = error?.metadata?.get('grpc-status-details-bin') ?? [];
  if (trailer === undefined) return [];
  const { details = [] } = statusMessage.deserialize(trailer);
  return details.map(({ retryDelay, ...detail }) =>
    retryDelay ? { ...detail, retryDelay: toJson(retryDelay) } : detail,
  );
}

/** Writes a google.protobuf.Duration as a string, as in ProtoJSON. proto-loader does not. */
function toJson({ seconds = '0', nanos = 0 }) {
  return `${seconds}.${`${nanos}`.padStart(9, '0')}s`;
}
