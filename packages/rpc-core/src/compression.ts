import { Code, ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';
import { messageTooLarge } from './message-limits.ts';

/**
 * The algorithms for requests and responses. A response is compressed with the first of them that its client accepts.
 */
export const compressions: Compression[] = [compressionGzip, compressionBrotli];

/** Smaller responses, in bytes, are not compressed, because compression takes longer than it saves. */
export const compressMinBytes = 1_024;

/**
 * The number of messages that are decompressed at the same time: the threads of Node's pool. Further messages wait in
 * compressed form. The size of a message is known only after decompression, and a thousand small messages must not all
 * grow at once.
 */
const atOnce = 4;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * @param maxBytes limit of the decompressed message
 * @throws {ConnectError} RESOURCE_EXHAUSTED above the limit, else INVALID_ARGUMENT; as a rejection
 */
export async function decompress(compression: Compression, bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  if (running === atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await compression.decompress(bytes as Uint8Array<ArrayBuffer>, maxBytes);
  } catch (error) {
    if (ConnectError.from(error).code === Code.ResourceExhausted) throw messageTooLarge(undefined, maxBytes);
    throw new ConnectError(`the message is not valid ${compression.name}`, Code.InvalidArgument);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
