import { createContextKey, type HandlerContext, type Interceptor } from '@connectrpc/connect';
import { withTimeLeft } from '@example/service-kit';

const key = createContextKey<() => number | undefined>(() => undefined, { description: 'time left' });

/** To be told of each call before its interceptors, which do not see the deadline. */
export function keepDeadline({ values, timeoutMs }: HandlerContext): void {
  values.set(key, timeoutMs);
}

/** An interceptor that lets what a handler calls know how long its call may still take. */
export function timeLeft(): Interceptor {
  return (next) => (request) => withTimeLeft(request.contextValues.get(key), () => next(request));
}
