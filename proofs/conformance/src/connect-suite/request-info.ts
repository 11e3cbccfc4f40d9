import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import type { ConformancePayload_RequestInfoSchema, Header } from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { defaultDeadlineMs } from '../server-settings.ts';

type RequestInfo = MessageInitShape<typeof ConformancePayload_RequestInfoSchema>;

/** The part of a response that echoes the call. */
export function requestInfo(context: HandlerContext, requests: readonly Any[]): RequestInfo {
  const timeoutMs = clientTimeoutMs(context);
  return {
    requestHeaders: toPairs(context.requestHeader),
    requests: [...requests],
    ...(timeoutMs !== undefined && { timeoutMs: BigInt(Math.round(timeoutMs)) }),
    ...(context.requestMethod === 'GET' && {
      connectGetInfo: { queryParams: toPairs(new URL(context.url).searchParams) },
    }),
  };
}

/** Adds the header fields of a response definition. */
export function addHeaders(to: Headers, headers: readonly Header[]): void {
  for (const { name, value } of headers) for (const each of value) to.append(name, each);
}

/**
 * The time left until the client's deadline; undefined if the client has set no deadline, so that the server's default
 * applies.
 */
function clientTimeoutMs({ timeoutMs }: HandlerContext): number | undefined {
  const ms = timeoutMs();
  return ms === undefined || ms > defaultDeadlineMs / 2 ? undefined : ms;
}

function toPairs(entries: Iterable<[string, string]>): { name: string; value: string[] }[] {
  return [...entries].map(([name, value]) => ({ name, value: [value] }));
}
