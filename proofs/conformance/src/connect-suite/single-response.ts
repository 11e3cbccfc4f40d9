import { setTimeout } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import type { ConformancePayloadSchema, UnaryResponseDefinition } from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { addHeaders, requestInfo } from './request-info.ts';
import { requestedError } from './requested-error.ts';

/**
 * Makes the response of a unary or client streaming call, as the first request describes it.
 *
 * @param definition without it the response only echoes the call
 * @param requests all requests of the call, in their order
 * @throws {ConnectError} when the definition describes an error
 */
export async function singleResponse(
  context: HandlerContext,
  definition: UnaryResponseDefinition | undefined,
  requests: readonly Any[],
): Promise<{ payload: MessageInitShape<typeof ConformancePayloadSchema> }> {
  const info = requestInfo(context, requests);
  if (definition === undefined) return { payload: { requestInfo: info } };

  addHeaders(context.responseHeader, definition.responseHeaders);
  addHeaders(context.responseTrailer, definition.responseTrailers);
  await setTimeout(definition.responseDelayMs, undefined, { signal: context.signal });
  const { response } = definition;
  if (response.case === 'error') throw requestedError(response.value, info);
  return { payload: { requestInfo: info, ...(response.case === 'responseData' && { data: response.value }) } };
}
