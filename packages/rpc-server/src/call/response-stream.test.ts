import { createClient } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, startServer } from '../testing/test-server.ts';

afterEach(() => vi.restoreAllMocks());

describe.each(transports)('a stream over %s', (_, transport) => {
  it('does not send a message whose call has ended while it was compressed', async () => {
    const compressing = Promise.withResolvers<void>();
    const compressed = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    const uncaught = vi.fn();
    process.on('uncaughtException', uncaught);
    const server = await startServer({
      notes: {
        async *listNotes(_request, { signal }) {
          // The compression ends in the same turn of the event loop as the call, before the end of the response has
          // been sent.
          signal.addEventListener('abort', () => compressed.resolve(new Uint8Array(1)));
          yield { authorName: 'x'.repeat(2_000) };
        },
      },
    });
    vi.spyOn(compressionGzip, 'compress').mockImplementation(() => {
      compressing.resolve();
      return compressed.promise;
    });
    const call = failureOf(all(createClient(NoteService, transport(server.url)).listNotes({})));
    await compressing.promise;
    await server.close(0);
    await call;
    process.off('uncaughtException', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
  });
});
