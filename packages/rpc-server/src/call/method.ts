import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
} from '@connectrpc/connect';
import {
  createAsyncIterable,
  createMethodUrl,
  invokeUnaryImplementation,
  transformInvokeImplementation,
  type UniversalHandlerOptions,
} from '@connectrpc/connect/protocol';
import type { CallContext } from './call-context.ts';
import { type Codec, type CodecName, jsonCodec, protoCodec, type Request, type Response } from './codec.ts';
import { isLongLived } from './long-lived.ts';

/** A method that a service has registered. */
export interface Method {
  readonly desc: DescMethod;
  readonly codecs: Readonly<Record<CodecName, Codec>>;
  /** The largest request that its service accepts, in bytes; Infinity if only the limit of the server applies. */
  readonly maxRequestBytes: number;
  /** Whether its calls have no default deadline. */
  readonly isLongLived: boolean;
  /** Calls the handler, through its interceptors. */
  readonly invoke: Invoke;
}

/**
 * The handler, by the form of its request and of its response: one message or a stream. A handler that returns one
 * message may return it without a promise.
 */
type Invoke =
  | { readonly takes: 'message'; readonly gives: 'message'; readonly call: Handle<Request, OneResponse> }
  | { readonly takes: 'message'; readonly gives: 'stream'; readonly call: Handle<Request, AsyncIterable<Response>> }
  | { readonly takes: 'stream'; readonly gives: 'message'; readonly call: Handle<RequestStream, OneResponse> }
  | {
      readonly takes: 'stream';
      readonly gives: 'stream';
      readonly call: Handle<RequestStream, AsyncIterable<Response>>;
    };

export type OneResponse = Response | Promise<Response>;
type RequestStream = AsyncIterable<Request>;
type Handle<Input, Output> = (input: Input, context: CallContext) => Output;

/** The methods and services of a server. */
export interface Registry {
  /** The methods by path, such as `/user.v1.UserService/GetUser`. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly services: ReadonlySet<DescService>;
  /** Accepts registrations in the same way as Connect's own router. */
  readonly router: ConnectRouter;
}

/** Options that a service may register with. */
const knownOptions = new Set(['jsonOptions', 'binaryOptions', 'interceptors', 'readMaxBytes']);

/** @param interceptors the interceptors of services that register without their own, the first outermost */
export function createRegistry(interceptors: readonly Interceptor[]): Registry {
  const methods = new Map<string, Method>();
  const services = new Set<DescService>();
  const add = (spec: MethodImplSpec, options: Partial<UniversalHandlerOptions> = {}) => {
    const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
    if (unknown !== undefined) throw new TypeError(`a service cannot be registered with the option ${unknown} here`);
    const { method: desc } = spec;
    services.add(desc.parent);
    methods.set(createMethodUrl('/', desc), {
      desc,
      codecs: { proto: protoCodec(desc, options), json: jsonCodec(desc, options) },
      maxRequestBytes: options.readMaxBytes ?? Number.POSITIVE_INFINITY,
      isLongLived: isLongLived(desc),
      invoke: toInvoke(spec, options.interceptors ?? [...interceptors]),
    });
  };
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation, options) {
      const { methods: specs } = createServiceImplSpec(service, implementation);
      for (const spec of Object.values(specs)) add(spec, options);
      return router;
    },
    rpc(method, implementation, options) {
      add(createMethodImplSpec(method, implementation), options);
      return router;
    },
  };
  return { methods, services, router };
}

/** Calls the handler directly if there are no interceptors, which takes a tenth of the time. */
function toInvoke(spec: MethodImplSpec, interceptors: Interceptor[]): Invoke {
  const isDirect = interceptors.length === 0;
  const through = (input: RequestStream, context: CallContext): AsyncIterable<Response> =>
    transformInvokeImplementation(spec, context.snapshot(), interceptors)(input);
  switch (spec.kind) {
    case 'unary': {
      const call = (input: Request, context: CallContext) =>
        invokeUnaryImplementation(spec, context.snapshot(), input, interceptors);
      return { takes: 'message', gives: 'message', call: isDirect ? direct(spec.impl) : call };
    }
    case 'server_streaming': {
      const call = (input: Request, context: CallContext) => through(createAsyncIterable([input]), context);
      return { takes: 'message', gives: 'stream', call: isDirect ? direct(spec.impl) : call };
    }
    case 'client_streaming': {
      const call = (input: RequestStream, context: CallContext) => lastOf(through(input, context));
      return { takes: 'stream', gives: 'message', call: isDirect ? direct(spec.impl) : call };
    }
    case 'bidi_streaming':
      return { takes: 'stream', gives: 'stream', call: isDirect ? direct(spec.impl) : through };
  }
}

function direct<Input, Output>(handler: (input: Input, context: HandlerContext) => Output): Handle<Input, Output> {
  return handler;
}

/** Reads to the end, because interceptors set the trailers when the messages have ended. */
async function lastOf(messages: AsyncIterable<Response>): Promise<Response> {
  let last: Response = {};
  for await (const message of messages) last = message;
  return last;
}
