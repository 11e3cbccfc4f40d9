import { Code } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { EnvelopeReader } from './envelope-reader.ts';

function framed(message: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.from([flags, 0, 0, 0, 0]);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Reads all envelopes from chunks of `size` bytes. */
function readInChunks(bytes: Uint8Array, size: number, maxBytes = 100_000): string[] {
  const reader = new EnvelopeReader(maxBytes);
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    reader.push(bytes, start, Math.min(start + size, bytes.length));
    for (let message = reader.next(); message !== undefined; message = reader.next()) {
      found.push(`${reader.flags} ${Buffer.from(message)}`);
    }
  }
  return found;
}

const texts = ['', 'a', 'x'.repeat(20_000), '', 'last'];
const bytes = Buffer.concat(texts.map((text, i) => framed(Buffer.from(text), i % 2)));
const expected = texts.map((text, i) => `${i % 2} ${text}`);

describe('EnvelopeReader', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 1_000, 1_000_000])('finds messages in chunks of %i bytes', (size) => {
    expect(readInChunks(bytes, size)).toEqual(expected);
  });

  it('returns a message that arrived in one chunk as a Uint8Array, without copying it', () => {
    const chunk = framed(Buffer.from('whole'));
    const reader = new EnvelopeReader(10);
    reader.push(chunk, 0, chunk.length);
    const message = reader.next();
    expect(message?.buffer).toBe(chunk.buffer);
    expect(message?.constructor).toBe(Uint8Array);
  });

  it('keeps nothing of a chunk once its messages are read and it is compacted', () => {
    const chunk = framed(Buffer.from('whole'));
    const reader = new EnvelopeReader(10);
    reader.push(chunk, 0, chunk.length);
    expect(reader.advance()).toBe(true);
    expect(`${chunk.subarray(reader.messageStart, reader.messageEnd)}`).toBe('whole');
    expect(reader.bytes).toBe(chunk);
    reader.compact();
    expect(reader.bytes).toHaveLength(0);
  });

  it('does not overwrite a message that it has returned', () => {
    const reader = new EnvelopeReader(100);
    const messages = Array.from({ length: 500 }, (_, i) => `message ${i}`);
    const all = Buffer.concat(messages.map((message) => framed(Buffer.from(message))));
    const read: Uint8Array[] = [];
    for (let start = 0; start < all.length; start += 11) {
      // Each chunk is a copy, because the reader requires that chunks are not changed afterwards.
      const chunk = Buffer.from(all.subarray(start, start + 11));
      reader.push(chunk, 0, chunk.length);
      for (let message = reader.next(); message !== undefined; message = reader.next()) read.push(message);
    }
    expect(read.map((message) => `${Buffer.from(message)}`)).toEqual(messages);
  });

  it('keeps at most the bytes of an incomplete message once compacted, however large its chunks are', () => {
    const message = framed(Buffer.alloc(50_000));
    const reader = new EnvelopeReader(50_000);
    for (let start = 0; start < message.length; start += 5_000) {
      const chunk = Buffer.alloc(200_000);
      message.copy(chunk, 100_000, start, start + 5_000);
      reader.push(chunk, 100_000, 100_000 + Math.min(5_000, message.length - start));
      reader.compact();
    }
    expect(reader.next()?.buffer.byteLength).toBe(message.length);
    const chunk = Buffer.alloc(100_000);
    reader.push(chunk, 0, 10);
    reader.compact();
    expect(reader.next()?.buffer.byteLength).toBe(10);
  });

  it('reports the length of the next envelope as soon as its header has arrived', () => {
    const reader = new EnvelopeReader(100);
    const chunk = framed(Buffer.from('message'));
    reader.push(chunk, 0, 4);
    expect(reader.nextLength).toBe(0);
    reader.push(chunk, 4, 5);
    expect(reader.nextLength).toBe(12);
    expect(reader.next()).toBeUndefined();
    expect(reader.unread).toBe(5);
  });

  it.each([11, 0xffff_ffff])('refuses a message above the limit by its header alone (%i bytes)', (length) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(length, 1);
    const reader = new EnvelopeReader(10);
    reader.push(prefix, 0, 5);
    expect(() => reader.next()).toThrow(expect.objectContaining({ code: Code.ResourceExhausted }));
  });
});
