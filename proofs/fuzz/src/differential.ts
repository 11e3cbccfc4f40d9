import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { crc32 } from 'node:zlib';
import type { FuzzCase } from './cases/fuzz-case.ts';
import type { ScriptedRequest } from './client/client-script.ts';
import { MemoryLink } from './run/memory-link.ts';

interface NodeSaw {
  readonly fields: readonly string[];
  bytes: number;
  sum: number;
  trailers: readonly string[] | undefined;
  ended: boolean;
}

/**
 * Plays a case without violations to Node's own HTTP/2 server.
 *
 * @returns where what it saw is not what the client said
 */
export async function compareWithNode({ chunks, late, expected }: FuzzCase): Promise<string[]> {
  const requests = expected.outcome === 'answers' ? expected.requests : [];
  const seen = new Map<number, NodeSaw>();
  const faults: string[] = [];
  const server = createServer();
  server.on('sessionError', (error) => faults.push(`node:http2 refuses the connection: ${error.message}`));
  server.on('stream', (stream, _headers, _flags, rawHeaders) => watch(stream, rawHeaders as unknown as string[], seen));
  const link = new MemoryLink(false);
  server.emit('connection', link.socket);
  for (const chunk of [...chunks, late]) link.send(chunk);
  const isDone = ({ id, state }: ScriptedRequest) =>
    state === 'reset' || (state === 'open' ? seen.has(id) : seen.get(id)?.ended === true);
  await link.until(() => faults.length > 0 || requests.every(isDone));
  link.leave('vanishes');
  if (!link.socket.closed) await once(link.socket, 'close');
  for (const request of requests) {
    const fault = difference(request, seen.get(request.id));
    if (fault !== undefined) faults.push(`node:http2: request ${request.id} ${fault}`);
  }
  return faults;
}

function watch(stream: ServerHttp2Stream, fields: readonly string[], seen: Map<number, NodeSaw>): void {
  const saw: NodeSaw = { fields, bytes: 0, sum: 0, trailers: undefined, ended: false };
  seen.set(stream.id as number, saw);
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    saw.bytes += chunk.length;
    saw.sum = crc32(chunk, saw.sum);
  });
  stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    saw.trailers = raw;
  });
  stream.on('end', () => {
    saw.ended = true;
    if (!stream.destroyed && !stream.closed) stream.respond({ ':status': 200 }, { endStream: true });
  });
}

function difference(request: ScriptedRequest, saw: NodeSaw | undefined): string | undefined {
  // What was reset at once may never have been told.
  if (saw === undefined) return request.state === 'reset' ? undefined : 'was not seen';
  if (!areSame(request.fields.flat(), saw.fields)) return 'was seen with other headers';
  if (request.state !== 'ended') return undefined;
  if (!saw.ended) return 'was not seen to end';
  if (request.bodyBytes !== saw.bytes || request.bodySum !== saw.sum) return 'was seen with another body';
  if (!areSame(request.trailers?.flat() ?? [], saw.trailers ?? [])) return 'was seen with other trailers';
  return undefined;
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
