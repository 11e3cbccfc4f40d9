import type { MethodImplSpec } from '@connectrpc/connect';
import { invokeUnaryImplementation } from '@connectrpc/connect/protocol';
import type { Request } from './method.ts';
import { OneRequestCall } from './one-request-call.ts';

type UnarySpec = MethodImplSpec & { kind: 'unary' };

/** A gRPC call of one request and one response. */
export class UnaryCall extends OneRequestCall {
  protected handle(message: Request): void {
    const spec = this.method.spec as UnarySpec;
    const { interceptors } = this.server;
    this.answer(() =>
      interceptors.length === 0
        ? spec.impl(message, this.context)
        : invokeUnaryImplementation(spec, this.context.whole(), message, [...interceptors]),
    );
  }
}
