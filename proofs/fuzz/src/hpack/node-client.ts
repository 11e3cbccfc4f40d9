import { type ClientHttp2Session, connect, sensitiveHeaders } from 'node:http2';
import { parseFrames, type RawFrame, settingsPayload } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { encodeFrame } from '../client/encode-frame.ts';
import { randomFields } from '../client/random-fields.ts';
import { type Codec, Flag, FrameType, headerList, preface, Setting } from '../engine.ts';
import { MemoryLink } from '../run/memory-link.ts';

const requests = 20;
const listLimit = 1024 * 1024;

/**
 * A connection of Node's own HTTP/2 client, whose requests our decoder reads, and whose responses our encoder wrote.
 *
 * @returns how many blocks that were, and what differs
 */
export async function compareWithNodeClient(
  random: Random,
  codec: Codec,
): Promise<{ blocks: number; faults: string[] }> {
  const faults: string[] = [];
  const link = new MemoryLink(false);
  let said = Buffer.alloc(0);
  link.onOutput = (bytes) => {
    said = Buffer.concat([said, bytes]);
  };
  const headerTableSize = random.between(0, 8_192);
  const client = connect('http://localhost', { createConnection: () => link.socket, settings: { headerTableSize } });
  client.on('error', (error) => faults.push(`Node: ${error.message}`));
  const tableSize = random.between(0, 4_096);
  const settings = settingsPayload([[Setting.HEADER_TABLE_SIZE, tableSize]]);
  link.send(frame(FrameType.SETTINGS, 0, 0, settings));
  // Table sizes are those of the SETTINGS from the first request on.
  await link.until(() => client.remoteSettings?.headerTableSize === tableSize);
  const blocks = () =>
    parseFrames(said.subarray(preface.length)).frames.filter(({ type }) => type === FrameType.HEADERS);

  const encoder = new codec.HpackEncoder();
  encoder.setPeerTableSize(headerTableSize);
  const sent = Array.from({ length: requests }, () => uniqueFields(random));
  let answered = 0;
  for (const [index, fields] of sent.entries()) {
    const list = headerList([[':status', '200'], ...randomFields(random)]);
    const expected = list.fields.flatMap(({ name, value }) => [name, value]);
    const stream = request(client, fields, random);
    stream.on('error', (error) => faults.push(`Node: ${error.message}`));
    stream.on('response', (_headers: unknown, _flags: number, raw: string[]) => {
      answered++;
      if (raw.join('\0') !== expected.join('\0'))
        faults.push(`Node read ${JSON.stringify(raw)} of ${JSON.stringify(expected)}`);
      stream.resume();
    });
    await link.until(() => blocks().length > index);
    const block = Buffer.from(encoder.encode(list));
    link.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, stream.id as number, block));
  }
  await link.until(() => answered === requests || faults.length > 0);
  if (answered !== requests) faults.push(`Node was answered ${answered} times of ${requests}`);
  client.destroy();
  faults.push(...readRequests(new codec.HpackDecoder(listLimit), blocks(), sent));
  return { blocks: 2 * requests, faults };
}

function request(client: ClientHttp2Session, fields: Record<string, string>, random: Random) {
  const secret = Object.keys(fields).filter((name) => !name.startsWith(':') && random.chance(0.1));
  return client.request({ ...fields, [sensitiveHeaders]: secret });
}

function readRequests(
  decoder: InstanceType<Codec['HpackDecoder']>,
  blocks: readonly RawFrame[],
  sent: readonly Record<string, string>[],
): string[] {
  const faults: string[] = [];
  blocks.forEach(({ payload }, index) => {
    const { headers } = decoder.decode(payload, 0, payload.length);
    const read = Object.fromEntries(headers.fields.map(({ name, value }) => [name, value]));
    const expected = sent[index] as Record<string, string>;
    const isSame = Object.keys(expected).every((name) => read[name] === expected[name]);
    if (!isSame || Object.keys(read).length !== Object.keys(expected).length) {
      faults.push(`we read ${JSON.stringify(read)} of Node's ${JSON.stringify(expected)}`);
    }
  });
  return faults;
}

function uniqueFields(random: Random): Record<string, string> {
  const line = { ':method': 'GET', ':scheme': 'http', ':path': `/${random.between(0, 50)}`, ':authority': 'localhost' };
  return { ...line, ...Object.fromEntries(randomFields(random)) };
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  return encodeFrame({ type, flags, streamId, payload });
}
