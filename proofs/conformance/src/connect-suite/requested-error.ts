import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Code, ConnectError } from '@connectrpc/connect';
import {
  ConformancePayload_RequestInfoSchema,
  type Error as ErrorDefinition,
} from '../gen/connectrpc/conformance/v1/service_pb.ts';

/**
 * Creates the error of a response definition.
 *
 * @param info added to the details of the error; undefined if an earlier response has contained it
 */
export function requestedError(
  { code, message, details }: ErrorDefinition,
  info?: MessageInitShape<typeof ConformancePayload_RequestInfoSchema>,
): ConnectError {
  // Both enums use the numbers of gRPC's status codes.
  const error = new ConnectError(message ?? '', code as number as Code);
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }));
  if (info !== undefined) {
    const value = toBinary(ConformancePayload_RequestInfoSchema, create(ConformancePayload_RequestInfoSchema, info));
    error.details.push({ type: ConformancePayload_RequestInfoSchema.typeName, value });
  }
  return error;
}
