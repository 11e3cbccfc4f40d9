import { ErrorCode, openConnection } from '@example/http2';
import { Random } from '@example/kit/random';
import type { Field } from '../generate/random-hpack.ts';
import { MemoryLink } from '../run/memory-link.ts';
import { ClientOutput } from './client-output.ts';
import { type ClientEngine, ObservedClient, type SeenResponse } from './observed-client.ts';
import { type ServerCase, serverCase } from './server-case.ts';
import type { ScriptedResponse } from './server-script.ts';

const http2Client: ClientEngine = { openConnection };

export interface ServerCampaign {
  /** The implementation under test. Default: @example/http2. */
  readonly engine?: ClientEngine;
  readonly seed: number;
  /** The number of frames to send, at least. */
  readonly frames: number;
  /** Called before each case, with its index and the frames sent so far. */
  readonly onCase?: (index: number, frames: number) => void;
}

export interface ServerFindings {
  readonly frames: number;
  readonly cases: number;
  /** The faults of the case that failed and ended the campaign. */
  readonly faults: readonly string[];
}

/** Sends the frames of hostile servers to clients, until enough frames are sent or a client fails. */
export async function fuzzClient({
  engine = http2Client,
  seed,
  frames,
  onCase,
}: ServerCampaign): Promise<ServerFindings> {
  let sent = 0;
  for (let index = 0; ; index++) {
    if (sent >= frames) return { frames: sent, cases: index, faults: [] };
    onCase?.(index, sent);
    const one = serverCase(Random.ofCase(seed, index));
    const faults = await playServer(engine, one);
    sent += one.frames;
    if (faults.length > 0)
      return { frames: sent, cases: index + 1, faults: faults.map((fault) => `case ${index}: ${fault}`) };
  }
}

async function playServer(engine: ClientEngine, one: ServerCase): Promise<string[]> {
  const link = new MemoryLink(one.isSlow);
  const output = new ClientOutput();
  link.onOutput = (bytes) => output.push(bytes);
  const client = new ObservedClient(engine, link.socket);
  for (let index = 0; index < one.requests; index++) client.request(index % 2 === 0);
  for (const chunk of one.chunks) link.send(chunk);
  await link.until(() => false);
  const faults = [...client.faults];
  if (one.responses !== undefined) {
    for (const [index, expected] of one.responses.entries()) {
      faults.push(...differences(expected, client.responses[index] as SeenResponse));
    }
    if (client.connection.draining) faults.push('the connection does not go on after valid frames');
  }

  link.leave(one.leaving);
  if (!(await link.until(() => client.close !== undefined))) faults.push('the connection does not close');
  for (const [index, { closes }] of client.responses.entries()) {
    if (closes.length !== 1) faults.push(`onClose of request ${index} was called ${closes.length} times`);
  }
  const { close, connection } = client;
  if (connection.openStreams !== 0) faults.push(`${connection.openStreams} streams are still open`);
  if (close?.cause !== undefined) faults.push(`the client threw: ${(close.cause as Error).stack}`);
  if (close?.code === ErrorCode.INTERNAL_ERROR && close.by === 'local') faults.push('INTERNAL_ERROR');
  return [...faults, ...output.faults];
}

function differences({ id, fields, bytes, sum, trailers }: ScriptedResponse, seen: SeenResponse): string[] {
  const faults: string[] = [];
  if (!isSame(fields, seen.headers?.fields)) faults.push(`stream ${id}: other headers`);
  if (bytes !== seen.bytes || sum !== seen.sum) faults.push(`stream ${id}: ${seen.bytes} of ${bytes} bytes, or others`);
  if (!isSame(trailers, seen.trailers?.fields)) faults.push(`stream ${id}: other trailers`);
  if (seen.closes[0] !== 'ended') faults.push(`stream ${id}: closed with ${seen.closes[0]}`);
  return faults;
}

function isSame(expected: readonly Field[] | undefined, seen: readonly { name: string; value: string }[] | undefined) {
  if (expected === undefined || seen === undefined) return expected === seen;
  const text = (fields: readonly Field[]) => JSON.stringify(fields);
  return text(expected) === text(seen.map(({ name, value }) => [name, value]));
}
