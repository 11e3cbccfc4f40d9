import { create } from '@bufbuild/protobuf';
import {
  type Payload,
  type SimpleRequest,
  SimpleRequestSchema,
  type StreamingOutputCallRequest,
  StreamingOutputCallRequestSchema,
} from '../../gen/grpc/testing/messages_pb.ts';
import { type Check, muchLaterUs } from '../checks.ts';

/** The calls of a client, on one connection. */
export interface Calls {
  /** Calls UnaryCall once. */
  unary(check: Check): Promise<void>;
  /** Calls FullDuplexCall once, and sends and receives at the same time. */
  messages(check: Check): Promise<void>;
  /** Starts a stream, and returns after its first response. The returned function cancels the stream. */
  cancellable(): Promise<() => Promise<void>>;
}

/** @throws when the check fails */
export async function runCheck(calls: Calls, check: Check): Promise<void> {
  switch (check.kind) {
    case 'unary':
      await Promise.all(Array.from({ length: check.count }, () => calls.unary(check)));
      return;
    case 'messages':
      return await calls.messages(check);
    case 'cancel': {
      const cancels = await Promise.all(Array.from({ length: check.count }, () => calls.cancellable()));
      await Promise.all(cancels.map((cancel) => cancel()));
      return await calls.unary(check);
    }
  }
}

export function simpleRequest({ requestBytes, responseBytes }: Check): SimpleRequest {
  const payload = { body: new Uint8Array(requestBytes) };
  return create(SimpleRequestSchema, { responseSize: responseBytes, payload });
}

/** Message `index`, which requests a response of the same length. */
export function streamRequest(check: Check, index: number): StreamingOutputCallRequest {
  const size = lengthOf(check, index);
  const payload = { body: new Uint8Array(size) };
  return create(StreamingOutputCallRequestSchema, { responseParameters: [{ size }], payload });
}

/** Requests the responses to all messages in one request. */
export function outputRequest(check: Check): StreamingOutputCallRequest {
  const responseParameters = Array.from({ length: check.count }, (_, index) => ({ size: lengthOf(check, index) }));
  return create(StreamingOutputCallRequestSchema, { responseParameters });
}

/** Requests a first response at once, and a second response much later. */
export function endlessRequest(): StreamingOutputCallRequest {
  const responseParameters = [{ size: 1 }, { size: 1, intervalUs: muchLaterUs }];
  return create(StreamingOutputCallRequestSchema, { responseParameters });
}

/** Different lengths for successive messages. */
export function lengthOf({ responseBytes }: Check, index: number): number {
  return index % responseBytes;
}

/** @throws when the body has another length */
export function expectLength(payload: Payload | undefined, length: number): void {
  const got = payload?.body.length;
  if (got !== length) throw new Error(`expected ${length} bytes, got ${got}`);
}
