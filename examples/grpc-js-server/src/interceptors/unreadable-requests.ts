import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { Unreadable } from '../calls/unreadable.ts';

/** Rejects requests that could not be decoded with INVALID_ARGUMENT. */
export function unreadableRequests(): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMessage(message, next) {
            if (!(message instanceof Unreadable)) next(message);
            else call.sendStatus({ code: status.INVALID_ARGUMENT, details: 'the message cannot be decoded' });
          },
        }),
    });
}
