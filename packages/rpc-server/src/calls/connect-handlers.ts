import { type ConnectRouter, createConnectRouter, type HandlerContext, type Interceptor } from '@connectrpc/connect';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';
import { setCaller } from '../access/caller.ts';
import type { Gate } from '../access/gate.ts';
import type { ServerConfig } from '../process/config.ts';
import type { Logger } from '../process/logger.ts';
import { recordEnd, recordOf } from './call-record.ts';
import { cancellation } from './cancellation.ts';
import { correctConnectErrors, errorMapping } from './error-mapping.ts';
import { openEndedServices } from './open-ended.ts';
import { queryMessage } from './query-message.ts';
import { readingEnd } from './reading-end.ts';
import { messageGap } from './request-time.ts';
import { keepDeadline, timeLeft } from './time-left.ts';

/** What every engine is made of. */
export interface EngineOptions {
  readonly config: ServerConfig;
  readonly routes: (router: ConnectRouter) => void;
  readonly interceptors: readonly Interceptor[];
  /** Decides by the header fields of a call whether it goes on. */
  readonly gate: Gate;
  readonly shutdownSignal: AbortSignal;
  readonly logger: Logger;
}

export const compressions = [compressionGzip, compressionBrotli];

/** Connect's router, whose handlers do all that ours do around a call. */
export function connectRouter({
  config,
  interceptors,
  gate,
  shutdownSignal,
  logger,
}: Omit<EngineOptions, 'routes'>): ConnectRouter {
  return createConnectRouter({
    acceptCompression: compressions,
    readMaxBytes: config.maxMessageBytes,
    shutdownSignal,
    async requestGate(context: HandlerContext) {
      correctConnectErrors(context, logger);
      const record = recordOf(context);
      recordEnd(context, record);
      keepDeadline(context);
      setCaller(context, await gate(context.method, record, context.requestHeader.get('authorization') ?? undefined));
      // Connect would say of what is unreadable there that it is a fault of ours.
      if (context.requestMethod === 'GET') queryMessage(new URL(context.url).searchParams);
    },
    interceptors: [
      errorMapping(logger),
      cancellation(),
      timeLeft(),
      messageGap(config.messageGapMs, openEndedServices),
      readingEnd(),
      ...interceptors,
    ],
  });
}
