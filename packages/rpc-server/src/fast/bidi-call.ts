import type { MethodImplSpec } from '@connectrpc/connect';
import { transformInvokeImplementation } from '@connectrpc/connect/protocol';
import { ManyRequestsCall } from './many-requests-call.ts';
import type { Request } from './method.ts';

type BidiSpec = MethodImplSpec & { kind: 'bidi_streaming' };

/** A gRPC call of a stream of requests and a stream of responses. */
export class BidiCall extends ManyRequestsCall {
  protected handle(requests: AsyncIterable<Request>): void {
    const spec = this.method.spec as BidiSpec;
    const { interceptors } = this.server;
    this.answerAll(() =>
      interceptors.length === 0
        ? spec.impl(requests, this.context)
        : transformInvokeImplementation(spec, this.context.whole(), [...interceptors])(requests),
    );
  }
}
