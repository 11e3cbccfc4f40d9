import { Code, createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { UserService } from '@example/protos/user/v1';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Health as HealthService } from '../gen/health/v1/health_pb.ts';
import { failureOf, transports } from '../testing/index.ts';
import { recordingLogger, startServer } from '../testing/test-server.ts';

const patient = { timeout: 20_000 };
/** More calls than a turn of an overloaded loop admits. At first, without measurements, a turn admits two. */
const many = 20;

/** Makes each turn of the event loop of this process, which also runs the server, longer than OVERLOAD_DELAY_MS. */
function delayTheLoop(): () => void {
  let isOver = false;
  const delay = () => {
    const end = performance.now() + 12;
    while (performance.now() < end);
    if (!isOver) setImmediate(delay);
  };
  delay();
  const stop = () => {
    isOver = true;
  };
  onTestFinished(stop);
  return stop;
}

const config = { overloadDelayMs: 10, overloadMs: 100 };

/** The errors of many calls at once. */
async function errorsOf(transport: Transport): Promise<unknown[]> {
  const client = createClient(UserService, transport);
  const calls = await Promise.allSettled(Array.from({ length: many }, () => client.getUser({ id: '7' })));
  return calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []));
}

describe('a server whose event loop is behind', () => {
  it.each(transports)('refuses calls over %s before their handler, to be tried again later', async (_, transport) => {
    let served = 0;
    const { url } = await startServer({
      config,
      users: {
        getUser: () => {
          served += 1;
          return {};
        },
      },
    });
    delayTheLoop();
    const overThisOne = transport(url);
    let made = 0;
    const failed: unknown[] = [];
    await expect
      .poll(async () => {
        failed.push(...(await errorsOf(overThisOne)));
        made += many;
        return failed.length;
      }, patient)
      .toBeGreaterThan(0);
    const error = await failureOf(Promise.reject(failed[0]));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.rawMessage).toBe('the server is overloaded, try again later');
    expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds).toBe(1n);
    expect(served).toBe(made - failed.length);
  });

  it('responds to health checks, and serves all calls when it has caught up', async () => {
    const { logger, lines } = recordingLogger();
    const { url } = await startServer({ config, logger });
    const transport = createGrpcTransport({ baseUrl: url });
    const catchUp = delayTheLoop();
    await expect.poll(() => errorsOf(transport), patient).not.toEqual([]);
    const health = createClient(HealthService, transport);
    await Promise.all(Array.from({ length: many }, () => health.check({})));
    catchUp();
    await expect.poll(() => errorsOf(transport), patient).toEqual([]);
    const hasCaughtUp = () =>
      lines.some(({ msg, refused }) => `${msg}`.startsWith('the event loop has caught up') && Number(refused) > 0);
    await expect
      .poll(async () => {
        await errorsOf(transport);
        return hasCaughtUp();
      }, patient)
      .toBe(true);
  });
});
