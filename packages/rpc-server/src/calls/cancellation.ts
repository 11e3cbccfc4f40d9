import type { Interceptor } from '@connectrpc/connect';
import { Interruption } from './interruption.ts';
import { onAbort } from './on-abort.ts';

/**
 * An interceptor that ends a call as soon as its signal aborts (its deadline, its client, the shutdown), whatever the handler
 * does: a handler that waits is left alone with its work, and one that is between two messages of its stream has its `finally`
 * blocks run, although nobody asks for the next message any more.
 */
export function cancellation(): Interceptor {
  return (next) => async (request) => {
    const { signal } = request;
    const interruption = new Interruption();
    onAbort(signal, () => interruption.interrupt(signal.reason));
    const response = await interruption.waitFor(next(request));
    return response.stream ? { ...response, message: endWith(response.message, signal, interruption) } : response;
  };
}

function endWith<T>(messages: AsyncIterable<T>, signal: AbortSignal, interruption: Interruption): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = messages[Symbol.asyncIterator]();
      onAbort(signal, () => iterator.return?.().catch(() => {}));
      return {
        next: () => interruption.waitFor(iterator.next()),
        return: async (value) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
