import { setTimeout } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import type { ConformancePayloadSchema, UnaryResponseDefinition } from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { addHeaders, requestInfo } from './request-info.ts';
import { requestedError } from './requested-error.ts';

/**
 * Answers a call that has one response, as its first request asks.
 *
 * @param definition undefined asks for an answer that only echoes the call
 * @param requests of the call, in order
 * @throws {ConnectError} when that is the answer
 */
export async function oneResponse(
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
