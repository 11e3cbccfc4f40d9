// grpc-js wants callbacks and streams. Here is one function for each kind of RPC, which makes them from async functions and maps
// what those throw.
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

/** What a handler knows of its call besides the messages. */
export interface CallContext {
  readonly caller: Caller;
  readonly metadata: Metadata;
  /** Aborts when the call is over: answered, cancelled, or past its deadline. */
  readonly signal: AbortSignal;
}

export function unary<Request, Response>(
  answer: (request: Request, context: CallContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const context = contextOf(call);
    respond(answer(call.request, context), context.signal, callback);
  };
}

export function clientStream<Request, Response>(
  answer: (requests: AsyncIterable<Request>, context: CallContext) => Promise<Response>,
): handleClientStreamingCall<Request, Response> {
  return (call, callback) => {
    const context = contextOf(call);
    respond(answer(messagesOf(call, context.signal), context), context.signal, callback);
  };
}

export function serverStream<Request, Response>(
  answers: (request: Request, context: CallContext) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    sendAll(answers(call.request, context), context.signal, call);
  };
}

export function bidiStream<Request, Response>(
  answers: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    const context = contextOf(call);
    sendAll(answers(messagesOf(call, context.signal), context), context.signal, call);
  };
}

function contextOf(call: EventEmitter & { readonly metadata: Metadata }): CallContext {
  const { metadata } = call;
  const over = new AbortController();
  // grpc-js says so at the end of every call, not only when the client cancels it.
  call.on('cancelled', () => over.abort());
  return { caller: callerOf(metadata), metadata, signal: over.signal };
}

/** @throws when the client has cancelled the call: nobody may take what came until then for all that there is */
async function* messagesOf(call: Readable, signal: AbortSignal) {
  // A `for await` over the stream itself would destroy it when left early, as by a `throw`, and the status with it.
  yield* call.iterator({ destroyOnReturn: false });
  // A stream that was cancelled ends as one does that is complete, and grpc-js says a moment later which it was.
  await setImmediate();
  signal.throwIfAborted();
}

function respond<Response>(response: Promise<Response>, signal: AbortSignal, callback: sendUnaryData<Response>): void {
  response.then(
    (message) => callback(null, message),
    (error) => {
      // Nobody is left to hear that a handler failed because its call was over.
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
      // false: the client reads more slowly than this writes, so that the rest would pile up here.
      if (!call.write(response)) await once(call, 'drain', { signal });
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) call.emit('error', toStatus(error));
  }
}
