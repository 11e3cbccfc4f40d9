import { once } from 'node:events';
import { createServer } from 'node:http2';
import { ErrorCode, type HeaderField, headerList } from '@example/http2';
import { Flag, FrameType, parseFrames, preface, type RawFrame } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { encodeFrame } from '../generate/encode-frame.ts';
import { randomFields } from '../generate/random-fields.ts';
import { type Field, integer, RandomHpack } from '../generate/random-hpack.ts';
import { MemoryLink } from '../run/memory-link.ts';
import { type Codec, type Comparison, decoderOf } from './codec.ts';

const validBlocks = 5;
const pseudoFields: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'localhost'],
];
const ping = encodeFrame({ type: FrameType.PING, flags: 0, streamId: 0, payload: Buffer.alloc(8) });

/**
 * Sends the same header blocks to our decoder and to the HTTP/2 server of Node (nghttp2) on one connection: valid
 * blocks, encoded in any of the ways that RFC 7541 allows, then a block that was changed at random. Decoder and server
 * must decode the same fields, or reject the block.
 */
export async function compareWithNodeServer(random: Random, codec: Codec): Promise<Comparison> {
  const encoder = new RandomHpack(random);
  const blocks = Array.from({ length: validBlocks }, () => encoder.encode(randomRequest(random)));
  blocks.push(brokenBlock(encoder, random));
  const node = await decodeByNode(blocks);

  const faults: string[] = [];
  let rejected = 0;
  const decode = decoderOf(codec);
  for (const [index, block] of blocks.entries()) {
    const ours = decode(block);
    if (ours === undefined) rejected++;
    const isRejectedByNode = index === validBlocks && node.hasCompressionError;
    const theirs = node.requests.get(streamIdOf(index));
    const isSame = (ours === undefined) === isRejectedByNode && (theirs === undefined || areEqual(ours ?? [], theirs));
    if (isSame) continue;
    const nodeResult = isRejectedByNode ? 'an error' : JSON.stringify(theirs);
    faults.push(`block ${block.toString('hex')}: we decoded ${JSON.stringify(ours)}, Node ${nodeResult}`);
  }
  if (node.requests.size < validBlocks) faults.push(`Node received ${node.requests.size} of ${validBlocks} requests`);
  return { blocks: blocks.length, rejected, faults };
}

/**
 * @param theirs names and values of fields. Node leaves out fields that HTTP/2 does not allow, and fields with white
 *   space around their value. Our decoder drops the white space instead
 */
function areEqual(ours: readonly HeaderField[], theirs: readonly string[]): boolean {
  let at = 0;
  for (const { name, value, size } of ours) {
    const hadSpace = size > name.length + value.length + 32;
    if (theirs[at] === name && theirs[at + 1] === value) at += 2;
    else if (!hadSpace && isAllowed(name, value)) return false;
  }
  return at === theirs.length;
}

function isAllowed(name: string, value: string): boolean {
  try {
    headerList([[name, value]]);
    return true;
  } catch {
    return false;
  }
}

/** The result of Node: the names and values of requests by stream. Malformed requests are missing. */
interface NodeResult {
  readonly requests: ReadonlyMap<number, readonly string[]>;
  readonly hasCompressionError: boolean;
}

async function decodeByNode(blocks: readonly Buffer[]): Promise<NodeResult> {
  const requests = new Map<number, readonly string[]>();
  const frames: RawFrame[] = [];
  const server = createServer();
  server.on('sessionError', () => {});
  server.on('stream', (stream, _headers, _flags, raw) => {
    stream.on('error', () => {});
    requests.set(stream.id as number, raw as unknown as string[]);
  });
  const link = new MemoryLink(false);
  let unparsed = Buffer.alloc(0);
  link.onOutput = (bytes) => {
    const parsed = parseFrames(Buffer.concat([unparsed, bytes]));
    unparsed = Buffer.from(parsed.rest);
    frames.push(...parsed.frames);
  };
  server.emit('connection', link.socket);
  const settings = { type: FrameType.SETTINGS, flags: 0, streamId: 0, payload: Buffer.alloc(0) };
  const flags = Flag.END_HEADERS | Flag.END_STREAM;
  const headers = blocks.map((payload, index) =>
    encodeFrame({ type: FrameType.HEADERS, flags, streamId: streamIdOf(index), payload }),
  );
  link.send(Buffer.concat([preface, encodeFrame(settings), ...headers, ping]));
  const goaway = () => frames.find(({ type }) => type === FrameType.GOAWAY);
  const isDone = () => frames.some(({ type, flags: ack }) => type === FrameType.PING && ack === Flag.ACK);
  await link.until(() => isDone() || goaway() !== undefined);
  link.leave('vanishes');
  if (!link.socket.closed) await once(link.socket, 'close');
  return { requests, hasCompressionError: goaway()?.payload.readUInt32BE(4) === ErrorCode.COMPRESSION_ERROR };
}

function streamIdOf(index: number): number {
  return 2 * index + 1;
}

function randomRequest(random: Random): Field[] {
  return [...pseudoFields, ...randomFields(random)];
}

function brokenBlock(encoder: RandomHpack, random: Random): Buffer {
  const request = encoder.encode(randomRequest(random));
  switch (random.between(0, 9)) {
    case 0: {
      // Fields that a smaller table may have evicted.
      const resize = integer(0x20, 5, random.between(0, 200));
      return Buffer.concat([resize, request, integer(0x80, 7, random.between(62, 66))]);
    }
    case 1:
      return random.bytes(random.between(1, 30));
    case 2:
      return Buffer.concat([request, integer(0x20, 5, random.between(0, 200))]);
    default:
      return changed(request, random);
  }
}

function changed(block: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(block);
  for (let left = random.between(1, 3); left > 0 && bytes.length > 0; left--) {
    const at = random.between(0, bytes.length - 1);
    if (random.chance(0.2)) return bytes.subarray(0, at);
    bytes[at] = random.chance(0.5) ? (bytes[at] as number) ^ (1 << random.between(0, 7)) : random.between(0, 255);
  }
  return bytes;
}
