import { Code } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import { describe, expect, it, vi } from 'vitest';
import type { Request } from './codec.ts';
import { decodeMessage } from './message-coding.ts';

/** A codec of messages of which each byte is an element. */
function create() {
  const codec = {
    parse: vi.fn((): Request => ({ $typeName: 'a' })),
    hasMoreElements: vi.fn(({ length }: Uint8Array, max: number) => length > max),
    serialize: () => new Uint8Array(),
  };
  const headers = { requestCompression: compressionGzip, responseCompression: null };
  const memory = { hold() {}, release() {}, holdDecompressed() {} };
  const limits = { maxRequestBytes: 1_000, config: { maxMessageElements: 100 } };
  return { codec, coding: { ...memory, ...limits, codec, headers, connection: memory } };
}

describe('a message with too many elements', () => {
  it.each([0, 1])('is RESOURCE_EXHAUSTED before it is decoded, with flags %i', async (flags) => {
    const { codec, coding } = create();
    const bytes = new Uint8Array(101);
    const sent = flags === 0 ? bytes : await compressionGzip.compress(bytes);
    const refused = expect.objectContaining({ code: Code.ResourceExhausted });
    await expect((async () => decodeMessage(coding, flags, sent))()).rejects.toEqual(refused);
    expect(codec.parse).not.toHaveBeenCalled();
  });

  it('cannot be shorter than the limit, and so a short one is not counted', () => {
    const { codec, coding } = create();
    expect(decodeMessage(coding, 0, new Uint8Array(100))).toEqual({ $typeName: 'a' });
    expect(codec.hasMoreElements).not.toHaveBeenCalled();
  });
});
