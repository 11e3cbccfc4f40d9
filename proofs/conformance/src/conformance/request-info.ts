import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import type { ConformancePayload_RequestInfoSchema, Header } from '../gen/connectrpc/conformance/v1/service_pb.ts';
import { unaskedDeadlineMs } from '../server-settings.ts';

type RequestInfo = MessageInitShape<typeof ConformancePayload_RequestInfoSchema>;

/** What the service echoes of a call. */
export function requestInfo(context: HandlerContext, requests: readonly Any[]): RequestInfo {
  const timeoutMs = askedTimeoutMs(context);
  return {
    requestHeaders: toPairs(context.requestHeader),
    requests: [...requests],
    ...(timeoutMs !== undefined && { timeoutMs: BigInt(Math.round(timeoutMs)) }),
    ...(context.requestMethod === 'GET' && {
      connectGetInfo: { queryParams: toPairs(new URL(context.url).searchParams) },
    }),
  };
}

/** Adds what a response definition asks for. */
export function addHeaders(to: Headers, headers: readonly Header[]): void {
  for (const { name, value } of headers) for (const one of value) to.append(name, one);
}

/** The time a call has left of what its client gave it: our servers give a deadline to those without. */
function askedTimeoutMs({ timeoutMs }: HandlerContext): number | undefined {
  const ms = timeoutMs();
  return ms === undefined || ms > unaskedDeadlineMs / 2 ? undefined : ms;
}

function toPairs(entries: Iterable<[string, string]>): { name: string; value: string[] }[] {
  return [...entries].map(([name, value]) => ({ name, value: [value] }));
}
