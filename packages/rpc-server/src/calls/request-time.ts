import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { Interruption } from './interruption.ts';
import { onAbort } from './on-abort.ts';

/** @param limitMs in which it should have come, in milliseconds */
export function lateRequest(limitMs: number): ConnectError {
  return new ConnectError(`the request did not arrive within ${limitMs} ms`, Code.DeadlineExceeded);
}

/** @param limitMs for which it has said nothing, in milliseconds */
export function silentClient(limitMs: number): ConnectError {
  return new ConnectError(`no message came for ${limitMs} ms`, Code.DeadlineExceeded);
}

/**
 * The chunks of a request, which must all come in time.
 *
 * @param limitMs from the first time one is asked for, in milliseconds
 * @throws {ConnectError} DEADLINE_EXCEEDED, from the iteration
 */
export async function* arriveWithin<T>(chunks: AsyncIterable<T>, limitMs: number): AsyncIterable<T> {
  const interruption = new Interruption();
  const timer = setTimeout(() => {
    interruption.interrupt(lateRequest(limitMs));
  }, limitMs);
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await interruption.waitFor(iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * An interceptor that ends a client-streaming or bidirectional call whose client says nothing for too long, with
 * DEADLINE_EXCEEDED.
 *
 * @param limitMs between two messages, in milliseconds
 * @param exempt the full names of services that it leaves alone
 */
export function messageGap(limitMs: number, exempt: ReadonlySet<string>): Interceptor {
  return (next) => async (request) => {
    const { methodKind } = request.method;
    const isLimited = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
    if (!isLimited || !request.stream || exempt.has(request.service.typeName)) return next(request);
    return next({ ...request, message: withoutGaps(request.message, limitMs, request.signal) });
  };
}

/** @param signal says when nobody waits for them any more: the handler's end is no reason for `messages` to end */
async function* withoutGaps<T>(messages: AsyncIterable<T>, limitMs: number, signal: AbortSignal): AsyncIterable<T> {
  const interruption = new Interruption();
  onAbort(signal, () => interruption.interrupt(signal.reason));
  const iterator = messages[Symbol.asyncIterator]();
  while (true) {
    const timer = setTimeout(() => {
      interruption.interrupt(silentClient(limitMs));
    }, limitMs);
    try {
      const next = await interruption.waitFor(iterator.next());
      if (next.done === true) return;
      yield next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}
