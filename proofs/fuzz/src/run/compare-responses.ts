import { ErrorCode, type HeaderList } from '@example/http2';
import type { Expected } from '../cases/fuzz-case.ts';
import type { ScriptedRequest } from '../generate/client-script.ts';
import type { Field } from '../generate/random-hpack.ts';
import { large, type SeenRequest } from './observed-server.ts';
import type { ServerOutput } from './server-output.ts';

/** Compares the requests that handlers received, and the responses, with the requests that the client sent. */
export function compareRequests(
  requests: readonly ScriptedRequest[],
  seen: ReadonlyMap<number, SeenRequest>,
  output: ServerOutput,
  faults: string[],
): void {
  if (seen.size !== requests.length) faults.push(`${seen.size} of ${requests.length} requests received`);
  for (const request of requests) {
    const one = seen.get(request.id);
    const fault =
      one === undefined ? 'was not received' : (requestFault(request, one) ?? responseFault(request, output));
    if (fault !== undefined) faults.push(`request ${request.id} ${request.path} ${fault}`);
  }
}

/** Checks that the server has stayed within the client's windows: RFC 9113, section 6.9.1. */
export function compareWithWindows(
  { requests, windows }: Extract<Expected, { outcome: 'responses' }>,
  { responses }: ServerOutput,
  faults: string[],
): void {
  const sent = requests.map(({ id }) => responses.get(id)?.bytes ?? 0);
  const all = sent.reduce((sum, bytes) => sum + bytes, 0);
  if (all > windows.connection) faults.push(`${all} bytes sent, ${windows.connection} allowed`);
  sent.forEach((bytes, index) => {
    const most = windows.streams[index] as number;
    if (bytes > most) faults.push(`request ${requests[index]?.id}: ${bytes} bytes sent, ${most} allowed`);
  });
}

function requestFault(request: ScriptedRequest, seen: SeenRequest): string | undefined {
  if (!areSame(request.fields, seen.headers)) return 'was received with other headers';
  // The server closes the streams of these paths before the end of the request.
  if (request.path === '/early' || request.path === '/reset') return undefined;
  if (request.bodyBytes !== seen.bytes || request.bodySum !== seen.sum) return 'was received with another body';
  if (seen.ended !== (request.state === 'ended')) return `was received ${seen.ended ? 'with' : 'without'} its end`;
  if ((seen.trailers === undefined) !== (request.trailers === undefined))
    return 'was received with unexpected trailers, or without trailers';
  if (request.trailers !== undefined && !areSame(request.trailers, seen.trailers as HeaderList)) {
    return 'was received with other trailers';
  }
  return undefined;
}

function responseFault(request: ScriptedRequest, { responses, resets }: ServerOutput): string | undefined {
  const response = responses.get(request.id);
  const reset = resets.get(request.id);
  if (request.path === '/reset') return reset === ErrorCode.CANCEL ? undefined : 'was not reset by its handler';
  if (request.path === '/early') return response?.ended ? undefined : 'has no early response';
  if (reset !== undefined) return `was reset with ${reset}`;
  if (request.state !== 'ended') return undefined;
  if (request.path === '/held') return response === undefined ? undefined : 'has an unexpected response';
  if (response === undefined || !response.ended) return 'has no complete response';
  if (!areSame(request.trailers ?? [], response.trailers as HeaderList)) return 'has a response with other trailers';
  if (request.path === '/echo') {
    return response.bytes === request.bodyBytes && response.sum === request.bodySum
      ? undefined
      : 'has an echo with another body';
  }
  return response.bytes === (request.path === '/large' ? large.length : 0)
    ? undefined
    : 'has a response with another body';
}

function areSame(fields: readonly Field[], { fields: seen }: HeaderList): boolean {
  return (
    fields.length === seen.length &&
    fields.every(([name, value], index) => seen[index]?.name === name && seen[index].value === value)
  );
}
