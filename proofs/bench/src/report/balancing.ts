import { setTimeout } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { installEnvoy } from '@example/kit/envoy';
import { startExampleEnvoy } from '@example/kit/example-envoy';
import { freePort, type NodeServer, startNodeServer } from '@example/kit/programs';
import { UserServiceClient } from '@example/kit/ts-proto/user/v1';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import { credentials } from '@grpc/grpc-js';

const ways = ['rpc-client', 'grpc-js', 'one Envoy', 'an Envoy for each client'] as const;
type Way = (typeof ways)[number];

/** The possible events for one of three backends. */
export const events = ['nothing', 'added', 'slow', 'hung', 'gone'] as const;
type Event = (typeof events)[number];

export interface BalancingFigures {
  readonly way: Way;
  readonly event: Event;
  /** The share of failed calls after the event. */
  readonly failedShare: number;
  /** The 99th percentile of the time of a call, in milliseconds. */
  readonly p99: number;
  /** The share of the calls that the affected backend served, among the calls after the clients have settled. */
  readonly share: number;
}

const backendCount = 3;
/** The backend that the event affects. */
const affected = backendCount - 1;
const clientCount = 2;
/**
 * The calls a second of each client. The rate is less than a third of the capacity of each way of balancing, so that
 * slow calls show the affected backend, and not a queue.
 */
const rate = 500;
const deadlineMs = 4_000;
/** The pause between two checks whether an added backend serves calls, in milliseconds. */
const lookMs = 50;
const mostLooks = 400;
const slowMs = 100;

/**
 * Calls three backends with each way of balancing, and changes one of the backends after a short time. Calls have a
 * fixed rate: a client that waits for each response would call an affected backend less often. The clients are grpc-js
 * with `round_robin`, and @example/rpc-client as it is. Envoy has the configuration of examples/deploy/envoy.
 *
 * @param seconds the time after the change in which clients may still settle. Shares are measured in the time after
 *   that, which is twice as long
 * @param isWanted whether to measure this way of balancing
 * @throws {ToolchainMissingError}
 */
export async function measureBalancing(
  seconds: number,
  isWanted: (way: string) => boolean,
  print: (line: string) => void,
): Promise<BalancingFigures[]> {
  installEnvoy();
  const all: BalancingFigures[] = [];
  for (const way of ways.filter(isWanted)) {
    for (const event of events) {
      const figures = await measure(way, event, seconds);
      all.push(figures);
      print(`${way}, ${event}: ${(figures.failedShare * 100).toFixed(2)} % failed, p99 ${figures.p99.toFixed(1)} ms`);
    }
  }
  return all;
}

async function measure(way: Way, event: Event, seconds: number): Promise<BalancingFigures> {
  await using stack = new AsyncDisposableStack();
  const ports: number[] = [];
  while (ports.length < backendCount) ports.push(await freePort());
  const backends: NodeServer[] = [];
  const start = async (index: number) => {
    const env = {
      HOST: '127.0.0.1',
      PORT: `${ports[index]}`,
      BACKEND: `${index}`,
      SLOW_MS: `${slowMs}`,
      LOG_LEVEL: 'info',
      ACCESS_LOG: 'off',
    };
    backends[index] = stack.use(await startNodeServer(new URL('./backend.ts', import.meta.url), env));
  };
  for (let index = 0; index < backendCount; index++) {
    if (event !== 'added' || index !== affected) await start(index);
  }
  const targets = await startBalancers(way, ports, stack);
  const calls: Call[] = [];
  const over = new AbortController();
  const callers = targets.map((target) => {
    const call = way === 'rpc-client' ? ourCaller(target, stack) : grpcJsCaller(target, stack);
    return callAtRate(call, over.signal, calls);
  });
  await setTimeout((seconds / 2) * 1_000);
  const changedAt = performance.now();
  const { program } = backends[affected] ?? {};
  if (event === 'added') {
    await start(affected);
    // Clients of a backend that was down connect to it only after a backoff.
    const hasServed = () => calls.some(({ backend }) => backend === `${affected}`);
    for (let looks = 0; looks < mostLooks && !hasServed(); looks++) await setTimeout(lookMs);
  }
  if (event === 'slow') program?.signal('SIGUSR2');
  if (event === 'hung') program?.signal('SIGSTOP');
  if (event === 'gone') program?.kill('SIGKILL');
  await setTimeout(seconds * 1_000);
  const settledAt = performance.now();
  await setTimeout(2 * seconds * 1_000);
  over.abort();
  await Promise.all(callers);
  if (event === 'hung') program?.signal('SIGCONT');
  return { way, event, ...summary(calls, changedAt, settledAt) };
}

/** @returns the target of each client */
async function startBalancers(way: Way, ports: readonly number[], stack: AsyncDisposableStack): Promise<string[]> {
  const clients = Array.from({ length: clientCount });
  if (way.includes('Envoy')) {
    const startEnvoy = async () => {
      const envoy = stack.use(await startExampleEnvoy({ upstreams: { 'user-service': ports, 'order-service': [] } }));
      return `127.0.0.1:${envoy.port}`;
    };
    const shared = way === 'one Envoy' ? await startEnvoy() : undefined;
    return await Promise.all(clients.map(() => shared ?? startEnvoy()));
  }
  const addresses = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return clients.map(() => `ipv4:${addresses}`);
}

/** Calls GetUser once. @returns the name that the backend gives the user, or undefined if the call has failed */
type Caller = () => Promise<string | undefined>;

function ourCaller(target: string, stack: AsyncDisposableStack): Caller {
  const transport = createTransport({ target });
  stack.defer(() => transport.close());
  const client = createClient(UserService, transport);
  return () =>
    client.getUser({ id: '1' }, { timeoutMs: deadlineMs }).then(
      ({ name }) => name,
      () => undefined,
    );
}

function grpcJsCaller(target: string, stack: AsyncDisposableStack): Caller {
  const client = new UserServiceClient(target, credentials.createInsecure(), {
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    // Gives each client its own connections.
    'grpc.use_local_subchannel_pool': 1,
  });
  stack.defer(() => client.close());
  return () =>
    new Promise((resolve) => {
      client.getUser({ id: '1' }, { deadline: Date.now() + deadlineMs } as never, (error, user) =>
        resolve(error === null ? user.name : undefined),
      );
    });
}

interface Call {
  readonly begunAt: number;
  readonly ms: number;
  /** The backend that served the call; undefined if the call has failed. */
  readonly backend: string | undefined;
}

async function callAtRate(call: Caller, over: AbortSignal, calls: Call[]): Promise<void> {
  const startedAt = performance.now();
  const made: Promise<void>[] = [];
  const makeOne = async (begunAt: number) => {
    const backend = await call();
    calls.push({ begunAt, ms: performance.now() - begunAt, backend });
  };
  while (!over.aborted) {
    await setTimeout(1);
    const due = ((performance.now() - startedAt) * rate) / 1_000;
    while (made.length < due) made.push(makeOne(performance.now()));
  }
  await Promise.all(made);
}

function summary(calls: readonly Call[], changedAt: number, settledAt: number) {
  const after = calls.filter(({ begunAt }) => begunAt >= changedAt);
  const times = after.map(({ ms }) => ms).sort((a, b) => a - b);
  const last = after.filter(({ begunAt }) => begunAt >= settledAt);
  const served = (part: readonly Call[], backend: string) => part.filter((call) => call.backend === backend).length;
  return {
    failedShare: after.filter(({ backend }) => backend === undefined).length / after.length,
    p99: times[Math.floor(0.99 * (times.length - 1))] ?? Number.NaN,
    share: served(last, `${affected}`) / last.length,
  };
}
