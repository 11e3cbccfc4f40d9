import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { TestService } from '../gen/grpc/testing/test_pb.ts';
import { testService } from '../grpc-interop/test-service.ts';
import { Barrier } from './barrier.ts';
import { barrierHeader } from './checks.ts';

/** The events that a server has seen so far. */
export interface Seen {
  connections: number;
  /** The handlers of streams that have ended because their call was cancelled. */
  cancelled: number;
}

/** The service of the interop suite. Unary calls with the header field `barrierHeader` wait for each other. */
export function watchedRoutes(seen: Seen): (router: ConnectRouter) => void {
  async function* watched<T>(responses: AsyncIterable<T>, { signal }: HandlerContext): AsyncIterable<T> {
    try {
      yield* responses;
    } finally {
      if (signal.aborted) seen.cancelled += 1;
    }
  }
  const barrier = new Barrier();
  return (router) =>
    router.service(TestService, {
      ...testService,
      async unaryCall(request, context) {
        const count = Number(context.requestHeader.get(barrierHeader));
        if (count > 0) await barrier.arrive(count, context.signal);
        return testService.unaryCall(request, context);
      },
      fullDuplexCall: (requests, context) => watched(testService.fullDuplexCall(requests, context), context),
      streamingOutputCall: (request, context) => watched(testService.streamingOutputCall(request, context), context),
    });
}
