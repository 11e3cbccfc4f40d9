import type { Interceptor } from '@connectrpc/connect';

/**
 * An interceptor that ends a call as soon as its signal aborts (its deadline, its client, the shutdown), whatever the handler
 * does: a handler that waits is left alone with its work, and one that is between two messages of its stream has its `finally`
 * blocks run, although nobody asks for the next message any more.
 */
export function cancellation(): Interceptor {
  return (next) => async (request) => {
    const { signal } = request;
    const aborted = whenAborted(signal);
    const response = await Promise.race([next(request), aborted]);
    return response.stream ? { ...response, message: endWith(response.message, signal, aborted) } : response;
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

function endWith<T>(messages: AsyncIterable<T>, signal: AbortSignal, aborted: Promise<never>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = messages[Symbol.asyncIterator]();
      signal.addEventListener('abort', () => iterator.return?.().catch(() => {}), { once: true });
      return {
        next: () => Promise.race([iterator.next(), aborted]),
        return: async (value) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
