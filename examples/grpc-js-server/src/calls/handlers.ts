// grpc-js expects callbacks and streams. These functions, one for each kind of RPC, adapt async functions and map their
// errors.
import { type EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  sendUnaryData,
} from '@grpc/grpc-js';
import { type Caller, callerOf } from './caller.ts';
import { toStatus } from './error-mapping.ts';

/** The context of a call, besides its messages. */
export interface CallContext {
  readonly caller: Caller;
  readonly metadata: Metadata;
  /** Aborts when the call has ended: completed, cancelled, or past its deadline. */
  readonly signal: AbortSignal;
}

export function unary<Request, Response>(
  handler: (request: Request, context: CallContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const context = contextOf(call);
    respond(handler(call.request, context), context.signal, callback);
  };
}

export function clientStream<Request, Response>(
  handler: (requests: AsyncIterable<Request>, context: CallContext) => Promise<Response>,
): handleClientStreamingCall<Request, Response> {
  return (call, callback) => {
    const context = contextOf(call);
    respond(handler(messagesOf(call, context.signal), context), context.signal, callback);
  };
}

export function serverStream<Request, Response>(
  handler: (request: Request, context: CallContext) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    sendAll(handler(call.request, context), context.signal, call);
  };
}

export function bidiStream<Request, Response>(
  handler: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    sendAll(handler(messagesOf(call, context.signal), context), context.signal, call);
  };
}

function contextOf(call: EventEmitter & { readonly metadata: Metadata }): CallContext {
  const { metadata } = call;
  const ended = new AbortController();
  // grpc-js emits this at the end of every call, not only if the client cancels it.
  call.on('cancelled', () => ended.abort());
  return { caller: callerOf(metadata), metadata, signal: ended.signal };
}

/** @throws if the client has cancelled the call: the messages until then must not be treated as complete */
async function* messagesOf(call: Readable, signal: AbortSignal) {
  // A `for await` over the stream itself would destroy the stream on an early exit, such as a `throw`, and with it the
  // status.
  yield* call.iterator({ destroyOnReturn: false });
  // A cancelled stream ends like a complete one, and grpc-js emits 'cancelled' only after the end.
  await setImmediate();
  signal.throwIfAborted();
}

function respond<Response>(response: Promise<Response>, signal: AbortSignal, callback: sendUnaryData<Response>): void {
  response.then(
    (message) => callback(null, message),
    (error) => {
      // After the end of the call, no client can receive the error.
      if (!signal.aborted) callback(toStatus(error));
    },
  );
}

async function sendAll<Response>(
  responses: AsyncIterable<Response>,
  signal: AbortSignal,
  call: Writable,
): Promise<void> {
  try {
    for await (const response of responses) {
      // Backpressure: false means that the write buffer is full because the client reads slowly.
      if (!call.write(response)) await once(call, 'drain', { signal });
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) call.emit('error', toStatus(error));
  }
}
