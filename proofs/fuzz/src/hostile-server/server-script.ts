import { crc32 } from 'node:zlib';
import { Flag, FrameType, type RawFrame, Setting, settingsPayload, uint32s } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { padded } from '../generate/client-script.ts';
import { randomFields } from '../generate/random-fields.ts';
import { type Field, RandomHpack } from '../generate/random-hpack.ts';

/** A response that the server sends. */
export interface ScriptedResponse {
  readonly id: number;
  fields: readonly Field[];
  /** CRC-32 of the body. */
  sum: number;
  bytes: number;
  trailers: readonly Field[] | undefined;
}

/** The maximum of DATA on a connection, in bytes. It is below the windows that clients open. */
const dataBudget = 60_000;

/** The frames that a server sends on one connection: a valid response for each request, in random order. */
export class ServerScript {
  readonly frames: RawFrame[] = [];
  readonly responses: readonly ScriptedResponse[];
  readonly #random: Random;
  readonly #hpack: RandomHpack;
  #budget = dataBudget;

  /** @param count of requests, on the streams 1, 3, 5 ... */
  constructor(random: Random, count: number) {
    this.#random = random;
    this.#hpack = new RandomHpack(random);
    this.responses = Array.from({ length: count }, (_, index) => ({
      id: 2 * index + 1,
      fields: [],
      sum: 0,
      bytes: 0,
      trailers: undefined,
    }));
    const window: readonly [number, number] = [Setting.INITIAL_WINDOW_SIZE, random.between(65_535, 2 ** 20)];
    this.#frame(FrameType.SETTINGS, 0, 0, settingsPayload(random.chance(0.5) ? [window] : []));
    if (random.chance(0.9)) this.#frame(FrameType.SETTINGS, Flag.ACK, 0);
    const open = [...this.responses];
    const started = new Set<ScriptedResponse>();
    while (open.length > 0) {
      if (random.chance(0.15)) this.#betweenResponses();
      const response = random.pick(open);
      if (!started.has(response)) this.#start(response);
      else if (random.chance(0.5)) this.#data(response);
      else {
        this.#end(response);
        open.splice(open.indexOf(response), 1);
      }
      started.add(response);
    }
  }

  #frame(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): void {
    this.frames.push({ type, flags, streamId, payload });
  }

  #betweenResponses(): void {
    const random = this.#random;
    const kind = random.between(0, 3);
    if (kind === 0) this.#frame(FrameType.PING, 0, 0, random.bytes(8));
    else if (kind === 1) this.#frame(FrameType.WINDOW_UPDATE, 0, 0, uint32s(random.between(1, 1_000)));
    else if (kind === 2) this.#frame(random.between(0x20, 0xff), random.between(0, 255), 0, random.bytes(20));
    else
      this.#frame(FrameType.SETTINGS, 0, 0, settingsPayload([[Setting.MAX_CONCURRENT_STREAMS, random.between(0, 9)]]));
  }

  #start(response: ScriptedResponse): void {
    const random = this.#random;
    if (random.chance(0.1)) this.#headers(response.id, [[':status', random.pick(['100', '103'])]], false);
    response.fields = [[':status', String(random.pick([200, 200, 404, 503]))], ...randomFields(random)];
    this.#headers(response.id, response.fields, false);
  }

  #data(response: ScriptedResponse): void {
    const random = this.#random;
    const length = random.chance(0.8) ? random.between(0, 200) : random.between(0, 16_000);
    const padding = random.chance(0.1) ? random.between(0, 255) : undefined;
    if (length + 256 > this.#budget) return;
    this.#budget -= length + 256;
    const content = Buffer.alloc(length, response.id);
    response.bytes += length;
    response.sum = crc32(content, response.sum);
    const flags = padding === undefined ? 0 : Flag.PADDED;
    this.#frame(FrameType.DATA, flags, response.id, padding === undefined ? content : padded(content, padding));
  }

  #end(response: ScriptedResponse): void {
    if (this.#random.chance(0.5)) {
      response.trailers = randomFields(this.#random, 4);
      this.#headers(response.id, response.trailers, true);
    } else this.#frame(FrameType.DATA, Flag.END_STREAM, response.id);
  }

  #headers(streamId: number, fields: readonly Field[], ends: boolean): void {
    const block = this.#hpack.encode(fields);
    const endFlag = ends ? Flag.END_STREAM : 0;
    if (this.#random.chance(0.8)) {
      this.#frame(FrameType.HEADERS, Flag.END_HEADERS | endFlag, streamId, block);
      return;
    }
    const place = this.#random.between(0, block.length);
    this.#frame(FrameType.HEADERS, endFlag, streamId, block.subarray(0, place));
    this.#frame(FrameType.CONTINUATION, Flag.END_HEADERS, streamId, block.subarray(place));
  }
}
