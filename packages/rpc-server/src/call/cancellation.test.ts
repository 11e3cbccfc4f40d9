import { Code, createClient } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { describe, expect, it } from 'vitest';
import { failureOf, transports } from '../testing/index.ts';
import { all, startServer } from '../testing/test-server.ts';

describe.each(transports)('a stream over %s whose handler ignores its signal', (_, transport) => {
  it('ends at its deadline, and its handler ends at the next message', async () => {
    let begun = 0;
    const ended = Promise.withResolvers<void>();
    const { url } = await startServer({
      notes: {
        async *listNotes() {
          begun += 1;
          try {
            while (true) {
              yield {};
              await new Promise(setImmediate);
            }
          } finally {
            ended.resolve();
          }
        },
      },
    });
    const client = createClient(NoteService, transport(url));
    // On a busy machine a deadline can pass before the handler is called.
    while (begun === 0) {
      const call = all(client.listNotes({}, { timeoutMs: 50 }));
      expect((await failureOf(call)).code).toBe(Code.DeadlineExceeded);
    }
    await ended.promise;
  });

  it('ends when its client cancels, and its handler ends at the next message', async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const { url } = await startServer({
      notes: {
        async *listNotes() {
          try {
            while (true) {
              yield {};
              begun.resolve();
              await new Promise(setImmediate);
            }
          } finally {
            ended.resolve();
          }
        },
      },
    });
    const leave = new AbortController();
    const call = all(createClient(NoteService, transport(url)).listNotes({}, { signal: leave.signal }));
    await begun.promise;
    leave.abort();
    expect((await failureOf(call)).code).toBe(Code.Canceled);
    await ended.promise;
  });
});
