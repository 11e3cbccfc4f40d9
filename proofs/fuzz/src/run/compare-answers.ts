import type { Expected } from '../cases/fuzz-case.ts';
import type { ScriptedRequest } from '../client/client-script.ts';
import type { Field } from '../client/random-hpack.ts';
import { ErrorCode, type HeaderList } from '../engine.ts';
import { large, type SeenRequest } from './observed-connection.ts';
import type { ServerOutput } from './server-output.ts';

/** Holds what handlers saw, and what the client was answered, against what the client said. */
export function compareAnswers(
  requests: readonly ScriptedRequest[],
  seen: ReadonlyMap<number, SeenRequest>,
  output: ServerOutput,
  faults: string[],
): void {
  if (seen.size !== requests.length) faults.push(`${seen.size} requests seen of ${requests.length}`);
  for (const request of requests) {
    const one = seen.get(request.id);
    const fault = one === undefined ? 'was not seen' : (requestFault(request, one) ?? answerFault(request, output));
    if (fault !== undefined) faults.push(`request ${request.id} ${request.path} ${fault}`);
  }
}

/** Holds what the server has sent against what it might: RFC 9113, section 6.9.1. */
export function compareWithGranted(
  { requests, granted }: Extract<Expected, { outcome: 'answers' }>,
  { responses }: ServerOutput,
  faults: string[],
): void {
  const sent = requests.map(({ id }) => responses.get(id)?.bytes ?? 0);
  const all = sent.reduce((sum, bytes) => sum + bytes, 0);
  if (all > granted.onAll) faults.push(`${all} bytes sent, and ${granted.onAll} allowed`);
  sent.forEach((bytes, index) => {
    const most = granted.onEach[index] as number;
    if (bytes > most) faults.push(`request ${requests[index]?.id}: ${bytes} bytes sent, and ${most} allowed`);
  });
}

function requestFault(request: ScriptedRequest, seen: SeenRequest): string | undefined {
  if (!areSame(request.fields, seen.headers)) return 'was seen with other headers';
  // Their streams are closed before the request has ended.
  if (request.path === '/early' || request.path === '/reset') return undefined;
  if (request.bodyBytes !== seen.bytes || request.bodySum !== seen.sum) return 'was seen with another body';
  if (seen.ended !== (request.state === 'ended')) return `was seen ${seen.ended ? 'to end' : 'not to end'}`;
  if ((seen.trailers === undefined) !== (request.trailers === undefined)) return 'was seen with trailers, or without';
  if (request.trailers !== undefined && !areSame(request.trailers, seen.trailers as HeaderList)) {
    return 'was seen with other trailers';
  }
  return undefined;
}

function answerFault(request: ScriptedRequest, { responses, resets }: ServerOutput): string | undefined {
  const response = responses.get(request.id);
  const reset = resets.get(request.id);
  if (request.path === '/reset') return reset === ErrorCode.CANCEL ? undefined : 'was not reset by its handler';
  if (request.path === '/early') return response?.ended ? undefined : 'was not answered early';
  if (reset !== undefined) return `was reset with ${reset}`;
  if (request.state !== 'ended') return undefined;
  if (request.path === '/held') return response === undefined ? undefined : 'was answered';
  if (response === undefined || !response.ended) return 'was not answered';
  if (!areSame(request.trailers ?? [], response.trailers as HeaderList)) return 'was answered with other trailers';
  if (request.path === '/mirror') {
    return response.bytes === request.bodyBytes && response.sum === request.bodySum ? undefined : 'is badly mirrored';
  }
  return response.bytes === (request.path === '/large' ? large.length : 0)
    ? undefined
    : 'was answered with another body';
}

function areSame(fields: readonly Field[], { fields: seen }: HeaderList): boolean {
  return (
    fields.length === seen.length &&
    fields.every(([name, value], index) => seen[index]?.name === name && seen[index].value === value)
  );
}
