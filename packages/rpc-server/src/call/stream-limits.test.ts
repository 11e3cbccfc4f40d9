import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { NoteService } from '@example/kit/notes';
import { createTokenIssuer } from '@example/kit/token-issuer';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf } from '../testing/index.ts';
import { authConfig } from '../testing/start-with-auth.ts';
import { all, each, startServer, thenSilence } from '../testing/test-server.ts';
import { callOf } from './call-context.ts';

const transports: readonly [string, (baseUrl: string) => Transport][] = [
  ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
  ['Connect over HTTP/1.1', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['Connect over HTTP/2', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' })],
];

describe.each(transports)('over %s', (_, transport) => {
  it('messages beyond MESSAGES_PER_SECOND wait, and all of them arrive', async () => {
    const arrivals: number[] = [];
    const { url } = await startServer({
      config: { messagesPerSecond: 2, messageGapMs: 100 },
      notes: {
        async uploadLines(lines) {
          for await (const _ of lines) arrivals.push(performance.now());
          return { lineCount: arrivals.length };
        },
      },
    });
    const lines = Array.from({ length: 7 }, () => ({ text: 'p-1' }));
    expect((await createClient(NoteService, transport(url)).uploadLines(each(...lines))).lineCount).toBe(7);
    // The first four messages arrive together, because the burst is twice the rate. Then two arrive in each second.
    const [first = 0, , , , fifth = 0, , seventh = 0] = arrivals;
    expect(fifth - first).toBeGreaterThan(900);
    expect(seventh - fifth).toBeGreaterThan(900);
  });

  it('a stream ends with UNAUTHENTICATED when its token expires', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stream-limits-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const issuer = await createTokenIssuer('https://issuer.example.org', 'example');
    const ends: number[] = [];
    const { url } = await startServer({
      config: { auth: authConfig(issuer, folder) },
      notes: {
        async *listNotes(_, context) {
          ends.push(callOf(context).caller.endsAt);
          yield { id: 'one' };
          await new Promise((_resolve, reject) => context.signal.addEventListener('abort', reject));
        },
        async uploadLines(lines, context) {
          ends.push(callOf(context).caller.endsAt);
          for await (const _ of lines);
          return {};
        },
      },
    });
    const notes = createClient(NoteService, transport(url));
    // With the tolerance of 30 s, the token is valid for 2 more seconds.
    const token = await issuer.issue({ subject: 'aoife', scopes: ['admin'], lifetimeSeconds: -28 });
    const options = { headers: { authorization: `Bearer ${token}` } };
    const failures = [notes.uploadLines(thenSilence({}), options), all(notes.listNotes({}, options))];
    for (const error of await Promise.all(failures.map(failureOf))) {
      expect(error.code).toBe(Code.Unauthenticated);
      expect(error.rawMessage).toBe('the token has expired');
    }
    expect(performance.now()).toBeGreaterThanOrEqual(Math.max(...ends));
  });
});
