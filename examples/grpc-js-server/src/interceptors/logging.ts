import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';

/**
 * Logs each call when it has ended, in a line on standard error: method, code, duration and peer; never what is in it.
 *
 * What grpc-js ends by itself passes no interceptor: a deadline is told by the clock, and a message over the limit is logged as
 * CANCELLED.
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
      // Every call ends with it, whether or not the client has cancelled.
      start: (next) => next({ onCancel: log }),
      sendStatus: (sent, next) => {
        code = sent.code;
        next(sent);
      },
    });
  };
}
