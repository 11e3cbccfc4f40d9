import { once } from 'node:events';
import { Code, ConnectError, createClient, type HandlerContext } from '@connectrpc/connect';
import { NoteService } from '@example/kit/notes';
import { UserService } from '@example/protos/user/v1';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readServiceConfig } from '../service-config.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createInProcess } from '../testing/in-process.ts';
import { createTransport } from '../transport/create-transport.ts';

/** An attempt, as the handler of the server receives it. */
interface Attempt {
  readonly previous: string | null;
  readonly signal: AbortSignal;
  succeed(id: string): void;
  fail(code: Code, pushback?: string): void;
}

interface Policy {
  readonly maxAttempts: number;
  readonly hedgingDelay?: string;
  readonly nonFatalStatusCodes?: string[];
}

const configOf = (hedgingPolicy: Policy, more: object = {}) => ({
  methodConfig: [{ name: [{ service: UserService.typeName }, { service: NoteService.typeName }], hedgingPolicy }],
  ...more,
});

/** Starts a service that responds to an attempt when the test calls `succeed` or `fail`. */
function start(policy: Policy, more: object = {}) {
  const attempts: Attempt[] = [];
  const respond = (context: HandlerContext) =>
    new Promise<string>((resolve, reject) => {
      const { requestHeader, responseTrailer, signal } = context;
      attempts.push({
        previous: requestHeader.get('grpc-previous-rpc-attempts'),
        signal,
        succeed: resolve,
        fail(code, pushback) {
          if (pushback !== undefined) responseTrailer.set('grpc-retry-pushback-ms', pushback);
          reject(new ConnectError('failed', code));
        },
      });
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const clock = createFakeClock();
  const { transport } = createInProcess(
    (router) =>
      router
        .service(UserService, { createUser: async (_, context) => ({ id: await respond(context) }) })
        .service(NoteService, {
          async *listNotes(_, context) {
            yield { id: await respond(context) };
            yield { id: 'last' };
          },
          async uploadLines(lines, context) {
            let lineCount = 0;
            for await (const _ of lines) lineCount += 1;
            return { noteId: await respond(context), lineCount };
          },
        }),
    { clock, serviceConfig: configOf(policy, more) },
  );
  onTestFinished(() => transport.close());
  const users = createClient(UserService, transport);
  const call = (timeoutMs = 60_000, signal?: AbortSignal) => {
    const promise = users.createUser({}, { timeoutMs, ...(signal && { signal }) });
    const outcome: { id?: string; code?: Code } = {};
    promise.then(
      ({ id }) => Object.assign(outcome, { id }),
      (error) => Object.assign(outcome, { code: ConnectError.from(error).code }),
    );
    return outcome;
  };
  const at = (index: number) => attempts[index] as Attempt;
  return { attempts, at, call, clock, notes: createClient(NoteService, transport) };
}

const three: Policy = { maxAttempts: 3, hedgingDelay: '1s', nonFatalStatusCodes: ['UNAVAILABLE'] };

it('makes an attempt after each delay, up to maxAttempts, and sends the number of previous attempts', async () => {
  const { attempts, call, clock } = start(three);
  call();
  await clock.advance(900);
  expect(attempts).toHaveLength(1);
  await clock.advance(200);
  expect(attempts).toHaveLength(2);
  await clock.advance(10_000);
  expect(attempts.map(({ previous }) => previous)).toEqual([null, '1', '2']);
});

it('makes all attempts at once without a delay, and never more than five', async () => {
  const { attempts, call, clock } = start({ maxAttempts: 9 });
  call();
  await clock.advance(1);
  expect(attempts).toHaveLength(5);
});

it('returns the first successful response, and cancels the other attempts', async () => {
  const { attempts, at, call, clock } = start(three);
  const outcome = call();
  await clock.advance(1_100);
  at(1).succeed('2');
  await clock.advance(100);
  expect(outcome).toEqual({ id: '2' });
  expect(at(0).signal.aborted).toBe(true);
  await clock.advance(5_000);
  expect(attempts).toHaveLength(2);
});

it('makes the next attempt at once after a non-fatal code, and waits for the attempts in progress', async () => {
  const { attempts, at, call, clock } = start(three);
  const outcome = call();
  await clock.advance(100);
  at(0).fail(Code.Unavailable);
  await clock.advance(100);
  expect(attempts).toHaveLength(2);
  await clock.advance(1_100);
  at(1).fail(Code.Unavailable);
  await clock.advance(5_000);
  expect([attempts.length, outcome]).toEqual([3, {}]);
  at(2).succeed('3');
  await clock.advance(100);
  expect(outcome).toEqual({ id: '3' });
});

it('fails when all attempts have failed, and makes no further ones', async () => {
  const { attempts, at, call, clock } = start(three);
  const outcome = call();
  for (const index of [0, 1, 2]) {
    await clock.advance(100);
    at(index).fail(Code.Unavailable);
  }
  await clock.advance(5_000);
  expect([attempts.length, outcome]).toEqual([3, { code: Code.Unavailable }]);
});

it('fails at once with a fatal code, and cancels the other attempts', async () => {
  const { attempts, at, call, clock } = start(three);
  const outcome = call();
  await clock.advance(1_100);
  at(0).fail(Code.InvalidArgument);
  await clock.advance(100);
  expect(outcome).toEqual({ code: Code.InvalidArgument });
  expect(at(1).signal.aborted).toBe(true);
  await clock.advance(5_000);
  expect(attempts).toHaveLength(2);
});

describe('a pushback', () => {
  it('sets the time of the next attempt', async () => {
    const { attempts, at, call, clock } = start(three);
    call();
    await clock.advance(100);
    at(0).fail(Code.Unavailable, '3000');
    await clock.advance(2_900);
    expect(attempts).toHaveLength(1);
    await clock.advance(200);
    expect(attempts).toHaveLength(2);
  });

  it.each(['-1', 'soon'])('of %s prevents further attempts, and does not end those in progress', async (pushback) => {
    const { attempts, at, call, clock } = start(three);
    const outcome = call();
    await clock.advance(1_100);
    at(0).fail(Code.Unavailable, pushback);
    await clock.advance(5_000);
    expect([attempts.length, outcome]).toEqual([2, {}]);
    at(1).fail(Code.Unavailable);
    await clock.advance(100);
    expect(outcome).toEqual({ code: Code.Unavailable });
  });

  it('does not outlast the deadline or a cancellation', async () => {
    const { attempts, at, call, clock } = start(three);
    const cancel = new AbortController();
    const outcomes = [call(2_000), call(60_000, cancel.signal)];
    await clock.advance(100);
    for (const index of [0, 1]) at(index).fail(Code.Unavailable, '30000');
    await clock.advance(100);
    cancel.abort();
    await clock.advance(1_790);
    expect(outcomes).toEqual([{}, { code: Code.Canceled }]);
    await clock.advance(20);
    expect(outcomes[0]).toEqual({ code: Code.DeadlineExceeded });
    expect(attempts).toHaveLength(2);
  });
});

it('makes only first attempts while the token bucket is at most half full', async () => {
  const { attempts, at, call, clock } = start(three, { retryThrottling: { maxTokens: 4, tokenRatio: 1 } });
  const failing = call();
  for (const index of [0, 1]) {
    await clock.advance(100);
    at(index).fail(Code.Unavailable);
  }
  await clock.advance(5_000);
  expect([attempts.length, failing]).toEqual([2, { code: Code.Unavailable }]);
  const next = call();
  await clock.advance(5_000);
  expect(attempts).toHaveLength(3);
  at(2).succeed('1');
  await clock.advance(100);
  expect(next).toEqual({ id: '1' });
  call();
  await clock.advance(5_000);
  expect(attempts).toHaveLength(6);
});

it('ends all attempts with one deadline, and with a cancellation', async () => {
  const { attempts, call, clock } = start(three);
  const cancel = new AbortController();
  const outcomes = [call(1_500), call(60_000, cancel.signal)];
  await clock.advance(1_490);
  expect(outcomes).toEqual([{}, {}]);
  await clock.advance(20);
  cancel.abort();
  await clock.advance(100);
  expect(outcomes).toEqual([{ code: Code.DeadlineExceeded }, { code: Code.Canceled }]);
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true]);
});

describe('a stream', () => {
  it('of responses comes from the first attempt that responds', async () => {
    const { at, clock, notes } = start(three);
    const ids: string[] = [];
    const read = (async () => {
      for await (const { id } of notes.listNotes({})) ids.push(id);
    })();
    await clock.advance(2_100);
    at(1).succeed('2');
    await read;
    expect(ids).toEqual(['2', 'last']);
    await clock.advance(100);
    expect([at(0).signal.aborted, at(2).signal.aborted]).toEqual([true, true]);
  });

  it('of requests is sent by each attempt, and its source is read once', async () => {
    const { at, clock, notes } = start(three);
    let sent = 0;
    let isClosed = false;
    const call = notes.uploadLines(
      (async function* () {
        try {
          for (; sent < 3; sent++) yield { indent: 1 };
        } finally {
          isClosed = true;
        }
      })(),
    );
    await clock.advance(1_100);
    at(1).succeed('2');
    expect(await call).toMatchObject({ noteId: '2', lineCount: 3 });
    expect([sent, isClosed]).toEqual([3, true]);
  });

  it('of more requests than are kept continues with one attempt', async () => {
    const { attempts, at, clock, notes } = start(three);
    const resume = Promise.withResolvers<void>();
    let isClosed = false;
    const call = notes.uploadLines(
      (async function* () {
        try {
          yield { text: 'first' };
          await resume.promise;
          for (let sent = 0; sent < 30; sent++) yield { text: 'x'.repeat(100_000) };
        } finally {
          isClosed = true;
        }
      })(),
    );
    await clock.advance(1_100);
    resume.resolve();
    await expect.poll(() => attempts.length).toBe(1);
    await clock.advance(5_000);
    expect(attempts).toHaveLength(1);
    at(0).succeed('only');
    expect(await call).toMatchObject({ noteId: 'only', lineCount: 31 });
    expect(isClosed).toBe(true);
  });
});

it('sends a request only once when it is too large to be kept', async () => {
  const { attempts, clock, notes } = start(three);
  const reading = notes
    .listNotes({ authorName: 'x'.repeat(1_100_000) })
    [Symbol.asyncIterator]()
    .next();
  await clock.advance(10_000);
  expect(attempts).toHaveLength(1);
  attempts[0]?.succeed('only');
  expect(await reading).toMatchObject({ value: { id: 'only' } });
});

it.each(['round_robin', 'least_request_experimental'])('sends each attempt to another server: %s', async (policy) => {
  const seen: number[] = [];
  let open = 0;
  const startServer = async (index: number) => {
    const server = await serve({
      config: testConfig,
      logger: silentLogger,
      routes: (router) =>
        router.service(UserService, {
          createUser: async (_, { signal }) => {
            seen.push(index);
            open += 1;
            await once(signal, 'abort');
            open -= 1;
            throw signal.reason;
          },
        }),
    });
    onTestFinished(() => server.close(0));
    return new URL(server.url).host;
  };
  const servers = await Promise.all([0, 1, 2].map(startServer));
  const clock = createFakeClock();
  const transport = createTransport({
    target: `ipv4:${servers.join()}`,
    serviceConfig: configOf(three, { loadBalancingConfig: [{ [policy]: {} }] }),
    eager: true,
    clock,
  });
  onTestFinished(() => transport.close());
  const users = createClient(UserService, transport);
  const callUntil = async (isEnough: () => boolean, step: () => Promise<unknown>) => {
    const cancel = new AbortController();
    const call = users.createUser({}, { signal: cancel.signal }).catch(ConnectError.from);
    await expect
      .poll(
        async () => {
          if (!isEnough()) await step();
          return isEnough();
        },
        { interval: 5 },
      )
      .toBe(true);
    cancel.abort();
    expect(await call).toMatchObject({ code: Code.Canceled });
    await expect.poll(() => open).toBe(0);
  };
  // Makes calls until each server has received one: all servers are then connected.
  while (new Set(seen).size < 3) {
    const before = seen.length;
    await callUntil(
      () => seen.length > before,
      () => clock.advance(0),
    );
  }
  for (let made = 0; made < 5; made++) {
    seen.length = 0;
    let due = 1;
    await callUntil(
      () => seen.length === 3,
      async () => {
        if (seen.length < due) return;
        due += 1;
        await clock.advance(1_000);
      },
    );
    expect(new Set(seen).size).toBe(3);
  }
});

it('applies only to methods that the service config names', async () => {
  let attempts = 0;
  const clock = createFakeClock();
  const hedgingPolicy = { maxAttempts: 3 };
  const { transport } = createInProcess(
    (router) =>
      router.service(UserService, {
        getUser: () => {
          attempts += 1;
          return new Promise(() => {});
        },
      }),
    {
      clock,
      serviceConfig: {
        methodConfig: [{ name: [{ service: UserService.typeName, method: 'ListUsers' }], hedgingPolicy }],
      },
    },
  );
  onTestFinished(() => transport.close());
  const call = createClient(UserService, transport).getUser({}, { timeoutMs: 10_000 });
  const failed = call.catch(ConnectError.from);
  await clock.advance(10_100);
  expect(attempts).toBe(1);
  expect((await failed) as ConnectError).toMatchObject({ code: Code.DeadlineExceeded });
});

it.each([
  [{ hedgingPolicy: { maxAttempts: 1 } }, /maxAttempts/],
  [{ hedgingPolicy: { maxAttempts: 2, hedgingDelay: '1' } }, /hedgingDelay/],
  [{ hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: ['NO'] } }, /unknown status code NO/],
  [
    {
      hedgingPolicy: { maxAttempts: 2 },
      retryPolicy: {
        maxAttempts: 2,
        initialBackoff: '1s',
        maxBackoff: '1s',
        backoffMultiplier: 1,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
    /not both/,
  ],
])('refuses the policy %j', (config, message) => {
  expect(() => readServiceConfig({ methodConfig: [{ name: [{}], ...config }] } as never)).toThrow(message);
});
