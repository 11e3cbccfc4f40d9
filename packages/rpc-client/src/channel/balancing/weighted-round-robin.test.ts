import { createClient } from '@connectrpc/connect';
import { headerList } from '@example/http2';
import { UserService } from '@example/protos/user/v1';
import { type Clock, decodeLoadReport, encodeLoadReport, loadReportField } from '@example/rpc-core';
import { serve } from '@example/rpc-server';
import { silentLogger, testConfig } from '@example/rpc-server/testing';
import {
  Server,
  ServerCredentials,
  ServerMetricRecorder,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../../testing/backend.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTransport } from '../../transport/create-transport.ts';

interface Load {
  readonly used: number;
  readonly rps: number;
  readonly eps?: number;
}

/** A server that reports the load that a test sets, with its responses. */
async function start(load: Load | undefined) {
  const state = { calls: 0, load };
  const backend = await startBackend((stream) => {
    state.calls += 1;
    stream.respond(responseHeaders, new Uint8Array(5), new Uint8Array(), trailersOf(state.load));
  });
  onTestFinished(() => backend.close());
  return { state, address: backend.address };
}

const responseHeaders = headerList([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);

function trailersOf(load: Load | undefined) {
  if (load === undefined) return headerList([['grpc-status', '0']]);
  const { used, rps, eps = 0 } = load;
  const report = { cpuUtilization: 0, memUtilization: 0, applicationUtilization: used, rpsFractional: rps, eps };
  const text = Buffer.from(encodeLoadReport(report)).toString('base64');
  return headerList([
    ['grpc-status', '0'],
    [loadReportField, text],
  ]);
}

/** A server of grpc-js, with its own reports. */
async function startGrpcJs(how: 'trailers' | 'stream', load: Load) {
  const server = new Server({ 'grpc.server_call_metric_recording': how === 'trailers' ? 1 : 0 });
  const state = { calls: 0 };
  const bytes = (value: Buffer) => value;
  const definition = {
    getUser: {
      path: '/user.v1.UserService/GetUser',
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    },
  } as const;
  server.addService(definition, {
    getUser: (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
      state.calls += 1;
      call.getMetricsRecorder().recordApplicationUtilizationMetric(load.used);
      call.getMetricsRecorder().recordQpsMetric(load.rps);
      respond(null, Buffer.alloc(0));
    },
  });
  if (how === 'stream') {
    const recorder = new ServerMetricRecorder();
    recorder.setApplicationUtilizationMetric(load.used);
    recorder.setQpsMetric(load.rps);
    recorder.addToServer(server);
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return { state, address: `127.0.0.1:${port}` };
}

function usersAt(addresses: readonly string[], fields: object = {}, clock?: Clock) {
  const policy = { blackoutPeriod: '0s', weightUpdatePeriod: '0.1s', ...fields };
  const transport = createTransport({
    target: `ipv4:${addresses.join()}`,
    serviceConfig: { loadBalancingConfig: [{ weighted_round_robin: policy }] },
    eager: true,
    clock,
  });
  onTestFinished(() => transport.close());
  return createClient(UserService, transport);
}

/** The servers' shares of the next calls, in tenths. */
async function sharesOf(
  users: ReturnType<typeof usersAt>,
  servers: readonly { state: { calls: number } }[],
): Promise<number[]> {
  const before = servers.map(({ state }) => state.calls);
  for (let turn = 0; turn < 10; turn++) {
    await Promise.all(Array.from({ length: 20 }, () => users.getUser({ id: '1' })));
  }
  return servers.map(({ state }, at) => Math.round((state.calls - (before[at] as number)) / 20));
}

it('gives servers calls by the load that they report, and a new one the mean', async () => {
  // The weights are 200, 1000, and their mean of 600.
  const servers = [await start({ used: 0.5, rps: 100 }), await start({ used: 0.1, rps: 100 }), await start(undefined)];
  const users = usersAt(servers.map(({ address }) => address));
  await expect.poll(() => sharesOf(users, servers)).toEqual([1, 6, 3]);
});

it('reads the reports of grpc-js by a stream', async () => {
  const servers = [
    await startGrpcJs('stream', { used: 0.6, rps: 100 }),
    await startGrpcJs('stream', { used: 0.2, rps: 100 }),
  ];
  const addresses = servers.map(({ address }) => address);
  const users = usersAt(addresses, { enableOobLoadReport: true, oobReportingPeriod: '0.1s' });
  await expect.poll(() => sharesOf(users, servers)).toEqual([3, 8]);
});

it('reads the reports of grpc-js in trailers', async () => {
  const { address } = await startGrpcJs('trailers', { used: 0.6, rps: 100 });
  let text: string | null = null;
  await usersAt([address]).getUser({}, { onTrailer: (trailers) => (text = trailers.get(loadReportField)) });
  const report = decodeLoadReport(Buffer.from(`${text}`, 'base64'));
  expect(report).toMatchObject({ applicationUtilization: 0.6, rpsFractional: 100 });
});

it('gives a server fewer calls while it reports errors', async () => {
  const good = await start({ used: 0.2, rps: 100 });
  const bad = await start({ used: 0.2, rps: 100, eps: 60 });
  const users = usersAt([good.address, bad.address]);
  await expect.poll(() => sharesOf(users, [good, bad])).toEqual([8, 2]);
  bad.state.load = { used: 0.2, rps: 100 };
  await expect.poll(() => sharesOf(users, [good, bad])).toEqual([5, 5]);
});

it('is even until reports are older than the blackout period, and when they have expired', async () => {
  const servers = [await start({ used: 0.4, rps: 100 }), await start({ used: 0.1, rps: 100 })];
  const addresses = servers.map(({ address }) => address);
  const clock = createFakeClock();
  const users = usersAt(addresses, { blackoutPeriod: '10s', weightExpirationPeriod: '30s' }, clock);
  // Equal shares show that both servers are connected.
  await expect.poll(() => sharesOf(users, servers)).toEqual([5, 5]);
  await clock.advance(9_900);
  expect(await sharesOf(users, servers)).toEqual([5, 5]);
  await clock.advance(200);
  expect(await sharesOf(users, servers)).toEqual([2, 8]);
  for (const { state } of servers) state.load = undefined;
  await clock.advance(29_500);
  expect(await sharesOf(users, servers)).toEqual([2, 8]);
  await clock.advance(1_000);
  expect(await sharesOf(users, servers)).toEqual([5, 5]);
});

it('follows the reports of our own servers', async () => {
  const startOurs = async () => {
    const state = { calls: 0 };
    const server = await serve({
      config: { ...testConfig, loadReports: 'trailers' },
      logger: silentLogger,
      routes: (router) =>
        router.service(UserService, {
          getUser: () => {
            state.calls += 1;
            return {};
          },
        }),
    });
    onTestFinished(() => server.close(0));
    return { state, address: new URL(server.url).host.replace('localhost', '127.0.0.1') };
  };
  const servers = [await startOurs(), await startOurs()];
  const [one, two] = servers as [(typeof servers)[number], (typeof servers)[number]];
  const users = usersAt([one.address, two.address]);
  const others = usersAt([one.address]);
  // Both use the same event loop, and the first one serves more calls with it.
  await expect
    .poll(async () => {
      for (let turn = 0; turn < 5; turn++) await sharesOf(others, [one]);
      return (await sharesOf(users, servers))[0];
    })
    .toBeGreaterThan(6);
});

it('names what is wrong with its fields', () => {
  expect(() => usersAt(['127.0.0.1:1'], { errorUtilizationPenalty: -1, blackout: '1s' })).toThrow(
    /weighted_round_robin[\s\S]*blackout[\s\S]*errorUtilizationPenalty/,
  );
});
