import { type ContextValues, createContextKey, type Interceptor } from '@connectrpc/connect';

const endKey = createContextKey<() => void>(() => {}, { description: 'end of reading' });

/** The chunks of a request, for one reader, which also end when the handler reads no more messages. */
export function whileRead(chunks: AsyncIterable<Uint8Array>, values: ContextValues): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  values.set(endKey, () => void iterator.return?.().catch(() => {}));
  return { [Symbol.asyncIterator]: () => iterator };
}

/** An interceptor that ends the chunks of a request with the messages that a handler reads of them: Connect tells nobody of that. */
export function readingEnd(): Interceptor {
  return (next) => (request) => {
    if (!request.stream) return next(request);
    return next({ ...request, message: thenEnd(request.message, request.contextValues.get(endKey)) });
  };
}

async function* thenEnd<T>(messages: AsyncIterable<T>, end: () => void): AsyncIterable<T> {
  try {
    yield* messages;
  } finally {
    end();
  }
}
