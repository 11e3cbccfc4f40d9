import { join } from 'node:path';
import { NoteService } from '@example/kit/notes';
import { root } from '@example/kit/root';
import { UserService } from '@example/protos/user/v1';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { expect, it } from 'vitest';
import { type RunningServer, serve } from './serve.ts';
import { silentLogger, testConfig } from './testing/index.ts';

/** The number of times that an instance replaces another. */
const restarts = 100;
const callers = 8;
const messagesInStream = 20;

const definition = loadSync(['user/v1/user.proto', 'notes/v1/notes.proto'], {
  includeDirs: ['proto', 'proofs/kit/proto'].map((folder) => join(root, folder)),
});

interface Instance extends RunningServer {
  /** Resolves when the instance has received its first call. */
  readonly reached: Promise<void>;
}

async function start(port: number): Promise<Instance> {
  const reached = Promise.withResolvers<void>();
  const server = await serve({
    config: { ...testConfig, host: '127.0.0.1', port, drainMs: 60_000 },
    logger: silentLogger,
    routes: (router) =>
      router
        .service(UserService, {
          getUser({ id }) {
            reached.resolve();
            return { id };
          },
        })
        .service(NoteService, {
          async *listNotes() {
            for (let i = 0; i < messagesInStream; i++) {
              yield { id: `${i}` };
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          },
        }),
  });
  return { ...server, reached: reached.promise };
}

const portOf = ({ url }: RunningServer) => Number(new URL(url).port);

it('no call is lost while a hundred instances replace each other', async () => {
  let current = await start(0);
  let next = await start(0);
  const ports = [portOf(current), portOf(next)] as const;
  await next.close(0);

  const address = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const serviceConfig = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });
  const options = {
    'grpc.service_config': serviceConfig,
    'grpc.initial_reconnect_backoff_ms': 20,
    'grpc.min_reconnect_backoff_ms': 20,
    'grpc.max_reconnect_backoff_ms': 50,
  };
  const stubOf = (service: string) => {
    const Stub = grpc.makeClientConstructor(definition[service] as grpc.ServiceDefinition, service);
    return new Stub(address, grpc.credentials.createInsecure(), options);
  };
  const users = stubOf('user.v1.UserService');
  const notes = stubOf('notes.v1.NoteService');

  let isOver = false;
  const counts = { calls: 0, streams: 0 };
  const failures: string[] = [];

  const deadline = () => ({ deadline: Date.now() + 30_000 });
  const call = () =>
    new Promise<void>((resolve) => {
      users['GetUser']?.({ id: '7' }, deadline(), (error: Error | null) => {
        counts.calls += 1;
        if (error) failures.push(`call: ${error.message}`);
        resolve();
      });
    });
  const stream = () =>
    new Promise<void>((resolve) => {
      let messages = 0;
      const readable: grpc.ClientReadableStream<unknown> = notes['ListNotes']?.({ authorName: 'c' }, deadline());
      readable.on('data', () => {
        messages += 1;
      });
      readable.on('error', (error) => failures.push(`stream: ${error.message}`));
      readable.on('status', () => {
        counts.streams += 1;
        if (messages !== messagesInStream) failures.push(`stream: ${messages} messages`);
        resolve();
      });
    });
  const repeat = async (what: () => Promise<void>) => {
    while (!isOver) await what();
  };
  const load = [...Array.from({ length: callers }, () => repeat(call)), repeat(stream), repeat(stream)];

  for (let i = 1; i <= restarts; i++) {
    next = await start(ports[i % 2] as number);
    await next.reached;
    await current.close();
    current = next;
  }
  isOver = true;
  await Promise.all(load);
  users.close();
  notes.close();
  await current.close(0);

  expect(failures).toEqual([]);
  expect(counts.calls).toBeGreaterThan(restarts * callers);
  expect(counts.streams).toBeGreaterThan(restarts);
});
