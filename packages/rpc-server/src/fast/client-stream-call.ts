import type { MethodImplSpec } from '@connectrpc/connect';
import { transformInvokeImplementation } from '@connectrpc/connect/protocol';
import { ManyRequestsCall } from './many-requests-call.ts';
import type { Request } from './method.ts';

type ClientStreamingSpec = MethodImplSpec & { kind: 'client_streaming' };

/** A gRPC call of a stream of requests and one response. */
export class ClientStreamCall extends ManyRequestsCall {
  protected handle(requests: AsyncIterable<Request>): void {
    const spec = this.method.spec as ClientStreamingSpec;
    const { interceptors } = this.server;
    if (interceptors.length === 0) {
      this.answer(() => spec.impl(requests, this.context));
    } else {
      this.answerAll(() => transformInvokeImplementation(spec, this.context.whole(), [...interceptors])(requests));
    }
  }
}
