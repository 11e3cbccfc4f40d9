import { Code, ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-grpc';

/** The error for a response whose HTTP status is an error. */
export function httpError(status: number, headers: Headers, message = `HTTP ${status}`): ConnectError {
  return new ConnectError(message, codeFromHttpStatus(status), headers);
}

export function unsupportedType(type: string | null, headers: Headers): ConnectError {
  return new ConnectError(`unsupported content type ${type}`, Code.Unknown, headers);
}

/** The algorithm of compressed messages. @throws {ConnectError} INTERNAL for one that was not offered */
export function compressionOf(headers: Headers, accepted: readonly Compression[]): Compression | undefined {
  const encoding = headers.get('grpc-encoding');
  if (encoding === null || encoding.toLowerCase() === 'identity') return undefined;
  const compression = accepted.find(({ name }) => name === encoding);
  if (compression !== undefined) return compression;
  throw new ConnectError(`unsupported response encoding "${encoding}"`, Code.Internal, headers);
}
