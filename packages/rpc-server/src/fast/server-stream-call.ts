import type { MethodImplSpec } from '@connectrpc/connect';
import { createAsyncIterable, transformInvokeImplementation } from '@connectrpc/connect/protocol';
import type { Request } from './method.ts';
import { OneRequestCall } from './one-request-call.ts';

type ServerStreamingSpec = MethodImplSpec & { kind: 'server_streaming' };

/** A gRPC call of one request and a stream of responses. */
export class ServerStreamCall extends OneRequestCall {
  protected handle(message: Request): void {
    const spec = this.method.spec as ServerStreamingSpec;
    const { interceptors } = this.server;
    this.answerAll(() => {
      if (interceptors.length === 0) return spec.impl(message, this.context);
      const invoke = transformInvokeImplementation(spec, this.context.whole(), [...interceptors]);
      return invoke(createAsyncIterable([message]));
    });
  }
}
