import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { crc32 } from 'node:zlib';
import type { FuzzCase } from '../cases/fuzz-case.ts';
import type { ScriptedRequest } from '../generate/client-script.ts';
import { MemoryLink } from './memory-link.ts';

interface NodeRequest {
  readonly fields: readonly string[];
  bytes: number;
  /** CRC-32 of the body. */
  sum: number;
  trailers: readonly string[] | undefined;
  ended: boolean;
}

/**
 * Plays a valid case to the HTTP/2 server of Node, which shows that the case itself is valid.
 *
 * @returns a line for each request that Node received differently
 */
export async function compareWithNode({ chunks, late, expected }: FuzzCase): Promise<string[]> {
  const requests = expected.outcome === 'responses' ? expected.requests : [];
  const received = new Map<number, NodeRequest>();
  const faults: string[] = [];
  const server = createServer();
  server.on('sessionError', (error) => faults.push(`node:http2 rejects the connection: ${error.message}`));
  server.on('stream', (stream, _headers, _flags, rawHeaders) => {
    received.set(stream.id as number, record(stream, rawHeaders as unknown as string[]));
  });
  const link = new MemoryLink(false);
  server.emit('connection', link.socket);
  for (const chunk of [...chunks, late]) link.send(chunk);
  const isDone = ({ id, state }: ScriptedRequest) =>
    state === 'reset' || (state === 'open' ? received.has(id) : received.get(id)?.ended === true);
  await link.until(() => faults.length > 0 || requests.every(isDone));
  link.leave('vanishes');
  if (!link.socket.closed) await once(link.socket, 'close');
  for (const request of requests) {
    const fault = difference(request, received.get(request.id));
    if (fault !== undefined) faults.push(`node:http2: request ${request.id} ${fault}`);
  }
  return faults;
}

function record(stream: ServerHttp2Stream, fields: readonly string[]): NodeRequest {
  const request: NodeRequest = { fields, bytes: 0, sum: 0, trailers: undefined, ended: false };
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    request.bytes += chunk.length;
    request.sum = crc32(chunk, request.sum);
  });
  stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    request.trailers = raw;
  });
  stream.on('end', () => {
    request.ended = true;
    if (!stream.destroyed && !stream.closed) stream.respond({ ':status': 200 }, { endStream: true });
  });
  return request;
}

function difference(request: ScriptedRequest, received: NodeRequest | undefined): string | undefined {
  // Node may not report a request that was reset at once.
  if (received === undefined) return request.state === 'reset' ? undefined : 'was not received';
  if (!areEqual(request.fields.flat(), received.fields)) return 'was received with other headers';
  if (request.state !== 'ended') return undefined;
  if (!received.ended) return 'was received without its end';
  if (request.bodyBytes !== received.bytes || request.bodySum !== received.sum) return 'was received with another body';
  if (!areEqual(request.trailers?.flat() ?? [], received.trailers ?? [])) return 'was received with other trailers';
  return undefined;
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
