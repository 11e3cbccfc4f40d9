import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { TestService } from '../gen/grpc/testing/test_pb.ts';
import { testService } from '../interop/interop-routes.ts';
import { gatherHeader } from './checks.ts';
import { Gathering } from './gathering.ts';

/** What a server has seen of its clients. */
export interface Seen {
  connections: number;
  /** How many handlers of streams have ended because their call was cancelled. */
  cancelled: number;
}

/** The service of the interop suite, whose unary calls wait for each other when they ask for it. */
export function watchedRoutes(seen: Seen): (router: ConnectRouter) => void {
  async function* watched<T>(answers: AsyncIterable<T>, { signal }: HandlerContext): AsyncIterable<T> {
    try {
      yield* answers;
    } finally {
      if (signal.aborted) seen.cancelled += 1;
    }
  }
  const gathering = new Gathering();
  return (router) =>
    router.service(TestService, {
      ...testService,
      async unaryCall(request, context) {
        const gather = Number(context.requestHeader.get(gatherHeader));
        if (gather > 0) await gathering.arrive(gather, context.signal);
        return testService.unaryCall(request, context);
      },
      fullDuplexCall: (requests, context) => watched(testService.fullDuplexCall(requests, context), context),
      streamingOutputCall: (request, context) => watched(testService.streamingOutputCall(request, context), context),
    });
}
