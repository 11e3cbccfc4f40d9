import { type ClientHttp2Session, connect, sensitiveHeaders } from 'node:http2';
import { headerList, sharedHeaderList } from '@example/http2';
import { Flag, FrameType, parseFrames, preface, type RawFrame, Setting, settingsPayload } from '@example/http2/testing';
import { Random } from '@example/kit/random';
import { encodeFrame } from '../generate/encode-frame.ts';
import { randomFields } from '../generate/random-fields.ts';
import { MemoryLink } from '../run/memory-link.ts';
import { type Codec, type Comparison, decoderOf } from './codec.ts';

const requests = 20;
const maxTableSize = 4_096;
/** Fields that nghttp2 marks as sensitive by itself. */
const implicitlySensitive = new Set(['authorization', 'cookie']);
const sharedLists = Array.from({ length: 40 }, (_, index) =>
  sharedHeaderList([[':status', '200'], ...randomFields(Random.ofCase(1, index))]),
);

/**
 * Talks to the HTTP/2 client of Node (nghttp2) on one connection: our decoder reads the client's requests, and the
 * client reads responses from our encoder.
 */
export async function compareWithNodeClient(random: Random, codec: Codec): Promise<Comparison> {
  const faults: string[] = [];
  const link = new MemoryLink(false);
  let output = Buffer.alloc(0);
  link.onOutput = (bytes) => {
    output = Buffer.concat([output, bytes]);
  };
  const headerTableSize = random.between(0, 2 * maxTableSize);
  const client = connect('http://localhost', { createConnection: () => link.socket, settings: { headerTableSize } });
  client.on('error', (error) => faults.push(`Node: ${error.message}`));
  const ownTableSize = random.between(0, maxTableSize);
  link.send(frame(FrameType.SETTINGS, 0, 0, settingsPayload([[Setting.HEADER_TABLE_SIZE, ownTableSize]])));
  link.send(frame(FrameType.SETTINGS, Flag.ACK, 0, Buffer.alloc(0)));
  // Waits for the SETTINGS, so that both table sizes apply from the first request on.
  await link.until(() => client.remoteSettings?.headerTableSize === ownTableSize);
  const blocks = () =>
    parseFrames(output.subarray(preface.length)).frames.filter(({ type }) => type === FrameType.HEADERS);

  const encoder = new codec.HpackEncoder();
  encoder.setPeerTableSize(headerTableSize);
  const sent = Array.from({ length: requests }, () => randomRequest(random));
  let responses = 0;
  for (const [index, request] of sent.entries()) {
    const list = randomResponse(random);
    const expected = list.fields.flatMap(({ name, value }) => [name, value]).join('\0');
    const secret = namesOf(list.fields.filter(({ sensitive }) => sensitive));
    const stream = send(client, request);
    stream.on('error', (error) => faults.push(`Node: ${error.message}`));
    stream.on('response', (headers, _flags, raw: string[]) => {
      responses++;
      if (raw.join('\0') !== expected) faults.push(`Node decoded ${JSON.stringify(raw)} from ${JSON.stringify(list)}`);
      const received = [...new Set((headers as unknown as Record<symbol, string[]>)[sensitiveHeaders])].sort();
      if (received.join() !== secret.join()) faults.push(`Node received ${received} as sensitive, sent were ${secret}`);
      stream.resume();
    });
    await link.until(() => blocks().length > index);
    const block = Buffer.from(encoder.encode(list));
    link.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, stream.id as number, block));
  }
  await link.until(() => responses === requests || faults.length > 0);
  if (responses !== requests) faults.push(`Node received ${responses} of ${requests} responses`);
  client.destroy();
  faults.push(...compareRequests(codec, blocks(), sent));
  return { blocks: 2 * requests, rejected: 0, faults };
}

interface Request {
  readonly fields: Readonly<Record<string, string>>;
  readonly sensitive: readonly string[];
}

function randomRequest(random: Random): Request {
  const regular = Object.fromEntries(randomFields(random));
  const path = `/${random.between(0, 50)}`;
  const pseudo = { ':method': 'GET', ':scheme': 'http', ':path': path, ':authority': 'localhost' };
  return { fields: { ...pseudo, ...regular }, sensitive: Object.keys(regular).filter(() => random.chance(0.1)) };
}

function randomResponse(random: Random) {
  if (random.chance(0.5)) return random.pick(sharedLists);
  return headerList([[':status', '200'], ...randomFields(random)]);
}

function send(client: ClientHttp2Session, { fields, sensitive }: Request) {
  return client.request({ ...fields, [sensitiveHeaders]: [...sensitive] });
}

function compareRequests(codec: Codec, blocks: readonly RawFrame[], sent: readonly Request[]): string[] {
  const faults: string[] = [];
  const decode = decoderOf(codec);
  for (const [index, expected] of sent.entries()) {
    const fields = decode(blocks[index]?.payload ?? Buffer.alloc(0));
    const decoded = Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value]));
    const names = Object.keys(expected.fields);
    const isSame = names.every((name) => decoded[name] === expected.fields[name]);
    if (!isSame || Object.keys(decoded).length !== names.length) {
      faults.push(`we decoded ${JSON.stringify(fields)} from Node's ${JSON.stringify(expected.fields)}`);
    }
    const isExplicit = (name: string) => !implicitlySensitive.has(name);
    const secret = namesOf((fields ?? []).filter(({ sensitive }) => sensitive)).filter(isExplicit);
    const expectedSecret = [...expected.sensitive].sort().filter(isExplicit);
    if (secret.join() !== expectedSecret.join()) {
      faults.push(`we received ${secret} as sensitive, sent were ${expectedSecret}`);
    }
  }
  return faults;
}

function namesOf(fields: readonly { readonly name: string }[]): string[] {
  return [...new Set(fields.map(({ name }) => name))].sort();
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  return encodeFrame({ type, flags, streamId, payload });
}
