import { crc32 } from 'node:zlib';
import { Flag, FrameType, type RawFrame, Setting, settingsPayload, uint32s } from '@example/http2/testing';
import type { Random } from '@example/kit/random';
import { randomFields } from './random-fields.ts';
import { type Field, RandomHpack } from './random-hpack.ts';

/**
 * The behaviour of the server under test, by the path of a request. `/ok`: responds at its end. `/held`: never
 * responds. `/early`: responds at once. `/echo`: sends the body back. `/large`: responds with 70,000 bytes. `/reset`:
 * resets the stream. `/hoard`: does not consume the body, and responds at its end.
 */
export type Path = '/ok' | '/held' | '/early' | '/echo' | '/large' | '/reset' | '/hoard';

export interface ScriptedRequest {
  readonly id: number;
  readonly path: Path;
  readonly fields: readonly Field[];
  trailers: readonly Field[] | undefined;
  bodyBytes: number;
  /** CRC-32 of the body. */
  bodySum: number;
  state: 'open' | 'ended' | 'reset';
  /** The largest INITIAL_WINDOW_SIZE since the stream was opened, in bytes. */
  largestWindow: number;
  /** The sum of the stream's WINDOW_UPDATE frames, in bytes. */
  grantedBytes: number;
}

export interface RequestOptions {
  readonly path?: Path;
  readonly ends?: boolean;
  readonly fields?: readonly Field[];
}

/** RFC 9113, section 6.9.2. */
const initialWindow = 65_535;
const plenty = 2 ** 24;

/** The frames that a client sends on one connection. Each method adds valid frames. */
export class ClientScript {
  readonly frames: RawFrame[] = [];
  readonly requests: ScriptedRequest[] = [];
  readonly random: Random;
  readonly hpack: RandomHpack;
  nextId = 1;
  /** DATA that may still be sent without a WINDOW_UPDATE of the server, in bytes. */
  dataBudget: number;
  /** DATA that the server may send on the connection, in bytes. */
  grantedBytes = initialWindow;
  #streamWindow = initialWindow;

  constructor(random: Random, dataBudget = 60_000) {
    this.random = random;
    this.hpack = new RandomHpack(random);
    this.dataBudget = dataBudget;
  }

  get openRequests(): ScriptedRequest[] {
    return this.requests.filter(({ state }) => state === 'open');
  }

  frame(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): void {
    this.frames.push({ type, flags, streamId, payload });
  }

  settings(entries: readonly (readonly [id: number, value: number])[] = []): void {
    this.frame(FrameType.SETTINGS, 0, 0, settingsPayload(entries));
    for (const [id, value] of entries) if (id === Setting.INITIAL_WINDOW_SIZE) this.#streamWindow = value;
    for (const request of this.requests) request.largestWindow = Math.max(request.largestWindow, this.#streamWindow);
  }

  acknowledgeSettings(): void {
    this.frame(FrameType.SETTINGS, Flag.ACK, 0);
  }

  request({ path = '/ok', ends = true, fields = [] }: RequestOptions = {}): ScriptedRequest {
    const id = this.nextId;
    this.nextId += 2;
    const line = requestLine(path, ends ? 'GET' : 'POST');
    const request: ScriptedRequest = {
      id,
      path,
      fields: [...(this.hpack.isSteady ? line : this.random.shuffled(line)), ...fields],
      trailers: undefined,
      bodyBytes: 0,
      bodySum: 0,
      state: ends ? 'ended' : 'open',
      largestWindow: this.#streamWindow,
      grantedBytes: 0,
    };
    this.requests.push(request);
    this.headers(id, request.fields, ends);
    return request;
  }

  /** Adds a header block: HEADERS, sometimes with CONTINUATION, priority or padding. */
  headers(streamId: number, fields: readonly Field[], ends: boolean): void {
    const { random } = this;
    const block = this.hpack.encode(fields);
    const cuts = random.chance(0.2) ? random.between(1, 4) : 0;
    const pieces = cutInto(block, cuts, random);
    let flags = (ends ? Flag.END_STREAM : 0) | (cuts === 0 ? Flag.END_HEADERS : 0);
    let payload = pieces[0] as Buffer;
    if (random.chance(0.1)) {
      flags |= Flag.PRIORITY;
      payload = Buffer.concat([uint32s(random.between(0, streamId - 1)), random.bytes(1), payload]);
    }
    if (random.chance(0.1)) {
      flags |= Flag.PADDED;
      payload = padded(payload, random.between(0, 255));
    }
    this.frame(FrameType.HEADERS, flags, streamId, payload);
    pieces.slice(1).forEach((piece, index) => {
      this.frame(FrameType.CONTINUATION, index + 1 === cuts ? Flag.END_HEADERS : 0, streamId, piece);
    });
  }

  /** @returns false if the budget does not allow it */
  data(request: ScriptedRequest, length: number, ends: boolean): boolean {
    const padding = this.random.chance(0.1) ? this.random.between(0, 255) : undefined;
    const cost = length + (padding ?? 0) + 1;
    if (cost > this.dataBudget) return false;
    this.dataBudget -= cost;
    const content = this.random.chance(0.1) ? this.random.bytes(length) : Buffer.alloc(length, request.id);
    request.bodyBytes += length;
    request.bodySum = crc32(content, request.bodySum);
    if (ends) request.state = 'ended';
    const flags = (ends ? Flag.END_STREAM : 0) | (padding === undefined ? 0 : Flag.PADDED);
    this.frame(FrameType.DATA, flags, request.id, padding === undefined ? content : padded(content, padding));
    return true;
  }

  trailers(request: ScriptedRequest): void {
    request.trailers = randomFields(this.random, 4);
    request.state = 'ended';
    this.headers(request.id, request.trailers, true);
  }

  end(request: ScriptedRequest): void {
    if (this.random.chance(0.3)) this.trailers(request);
    else {
      request.state = 'ended';
      this.frame(FrameType.DATA, Flag.END_STREAM, request.id);
    }
  }

  reset(request: ScriptedRequest): void {
    request.state = 'reset';
    this.frame(FrameType.RST_STREAM, 0, request.id, uint32s(this.random.between(0, 20)));
  }

  ping(): void {
    this.frame(FrameType.PING, 0, 0, this.random.bytes(8));
  }

  windowUpdate(streamId: number, increment: number): void {
    this.frame(FrameType.WINDOW_UPDATE, 0, streamId, uint32s(increment));
    if (streamId === 0) this.grantedBytes += increment;
    const request = this.requests.find(({ id }) => id === streamId);
    if (request !== undefined) request.grantedBytes += increment;
  }

  priority(): void {
    const [one, other] = this.random.shuffled([1, 3, 5, 7, 9, 11]) as [number, number];
    this.frame(
      FrameType.PRIORITY,
      this.random.between(0, 255),
      one,
      Buffer.concat([uint32s(other), this.random.bytes(1)]),
    );
  }

  unknown(): void {
    const { random } = this;
    // RFC 9113, section 5.5. Types 0xa to 0x10 are left out: extensions use them (RFC 7838, RFC 9218).
    this.frame(
      random.between(0x20, 0xff),
      random.between(0, 255),
      random.between(0, 9),
      random.bytes(random.between(0, 60)),
    );
  }

  /** Opens the windows for all responses. */
  openWindows(): void {
    this.windowUpdate(0, plenty);
    if (this.random.chance(0.5)) this.settings([[Setting.INITIAL_WINDOW_SIZE, plenty]]);
    else for (const { id } of this.requests) this.windowUpdate(id, plenty);
  }
}

function requestLine(path: Path, method: string): Field[] {
  return [
    [':method', method],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'localhost'],
  ];
}

/** RFC 9113, section 6.1. */
export function padded(payload: Buffer, padding: number): Buffer {
  return Buffer.concat([Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

function cutInto(block: Buffer, cuts: number, random: Random): Buffer[] {
  const places = Array.from({ length: cuts }, () => random.between(0, block.length)).sort((a, b) => a - b);
  const bounds = [0, ...places, block.length];
  return bounds.slice(1).map((end, index) => block.subarray(bounds[index], end));
}
