import { setTimeout } from 'node:timers/promises';
import {
  type Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type ServiceImpl,
} from '@connectrpc/connect';
import type { EchoStatus, ResponseParameters } from '../gen/grpc/testing/messages_pb.ts';
import { TestService } from '../gen/grpc/testing/test_pb.ts';

const initialKey = 'x-grpc-test-echo-initial';
const trailingKey = 'x-grpc-test-echo-trailing-bin';

/**
 * grpc.testing.TestService as https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md describes it,
 * without compression, caches, load reports and credentials.
 */
export const testService = {
  emptyCall: () => ({}),

  unaryCall({ responseSize, responseStatus }, context) {
    echoMetadata(context);
    throwRequestedStatus(responseStatus);
    return { payload: payload(responseSize) };
  },

  async *streamingOutputCall({ responseParameters, responseStatus }, context) {
    echoMetadata(context);
    yield* responses(responseParameters, context.signal);
    throwRequestedStatus(responseStatus);
  },

  async streamingInputCall(requests) {
    let aggregatedPayloadSize = 0;
    for await (const request of requests) aggregatedPayloadSize += request.payload?.body.length ?? 0;
    return { aggregatedPayloadSize };
  },

  async *fullDuplexCall(requests, context) {
    echoMetadata(context);
    for await (const { responseParameters, responseStatus } of requests) {
      throwRequestedStatus(responseStatus);
      yield* responses(responseParameters, context.signal);
    }
  },

  async *halfDuplexCall(requests, context) {
    echoMetadata(context);
    const all: ResponseParameters[] = [];
    for await (const { responseParameters } of requests) all.push(...responseParameters);
    yield* responses(all, context.signal);
  },
} satisfies Partial<ServiceImpl<typeof TestService>>;

export function testServiceRoutes(router: ConnectRouter): void {
  router.service(TestService, testService);
}

function echoMetadata({ requestHeader, responseHeader, responseTrailer }: HandlerContext): void {
  const initial = requestHeader.get(initialKey);
  if (initial !== null) responseHeader.set(initialKey, initial);
  const trailing = requestHeader.get(trailingKey);
  if (trailing !== null) responseTrailer.set(trailingKey, trailing);
}

function throwRequestedStatus(status: EchoStatus | undefined): void {
  if (status === undefined || status.code === 0) return;
  throw new ConnectError(status.message, status.code as Code);
}

async function* responses(parameters: readonly ResponseParameters[], signal: AbortSignal) {
  for (const { size, intervalUs } of parameters) {
    if (intervalUs > 0) await setTimeout(intervalUs / 1_000, undefined, { signal });
    yield { payload: payload(size) };
  }
}

function payload(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}
