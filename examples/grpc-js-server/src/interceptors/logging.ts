import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';

/**
 * Logs each call at its end in one line on standard error: method, code, duration and peer, but never its contents.
 *
 * Interceptors do not receive the status of calls that grpc-js ends itself. Therefore a passed deadline is detected by
 * the clock, and a message over the size limit is logged as CANCELLED.
 */
export function logging(): ServerInterceptor {
  return ({ path }, call) => {
    const start = performance.now();
    const peer = call.getPeer();
    let code: status | undefined;
    const log = () => {
      code ??= Number(call.getDeadline()) <= Date.now() ? status.DEADLINE_EXCEEDED : status.CANCELLED;
      const duration = (performance.now() - start).toFixed(1);
      console.error(`${new Date().toISOString()} ${path} ${status[code]} ${duration} ms ${peer}`);
    };
    return new ServerInterceptingCall(call, {
      // grpc-js calls onCancel at the end of every call, not only if the client cancels it.
      start: (next) => next({ onCancel: log }),
      sendStatus: (sent, next) => {
        code = sent.code;
        next(sent);
      },
    });
  };
}
