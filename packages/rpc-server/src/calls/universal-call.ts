import { createContextValues } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerRequest, UniversalServerResponse } from '@connectrpc/connect/protocol';
import type { ServerConfig } from '../process/config.ts';
import { type CallRecord, counted, recordKey } from './call-record.ts';
import { encodeGrpcMessage } from './grpc-message.ts';
import { hasOneRequest } from './open-ended.ts';
import { whileRead } from './reading-end.ts';
import { arriveWithin } from './request-time.ts';

/** How long after the deadline of a call its status may still be on its way to the client, in milliseconds. */
export const lateMs = 1_000;

/** A request that one of Connect's handlers answers. */
export interface CallRequest extends UniversalServerRequest {
  body: AsyncIterable<Uint8Array>;
}

/** Calls one of Connect's handlers, and records what comes and goes. */
export async function callUniversal(
  handler: UniversalHandler,
  request: CallRequest,
  record: CallRecord,
  { requestBodyMs }: Pick<ServerConfig, 'requestBodyMs'>,
): Promise<UniversalServerResponse> {
  const contextValues = createContextValues().set(recordKey, record);
  const read = whileRead(request.body, contextValues);
  const body = counted(read, (bytes) => {
    record.requestBytes += bytes;
  });
  const inTime = hasOneRequest(handler.method) ? arriveWithin(body, requestBodyMs) : body;
  const response = await handler({ ...request, body: inTime, contextValues });
  return response.body === undefined
    ? response
    : { ...response, body: answerBody(response.body, response.trailer, record) };
}

/** Records what is sent. Connect fills the trailers when the body has ended. */
async function* answerBody(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers | undefined,
  record: CallRecord,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    record.responseBytes += chunk.byteLength;
    yield chunk;
  }
  if (trailer === undefined) return;
  encodeGrpcMessage(trailer);
  // An error that came before the gate is known nowhere else.
  const status = Number(trailer.get('grpc-status'));
  if (status > 0) record.code ??= status;
}
