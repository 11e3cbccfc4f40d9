import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { Unreadable } from '../calls/unreadable.ts';

/** Rejects requests that could not be decoded. */
export function unreadableRequests(): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMessage(message, next) {
            if (!(message instanceof Unreadable)) next(message);
            else call.sendStatus({ code: message.code, details: message.details });
          },
        }),
    });
}
