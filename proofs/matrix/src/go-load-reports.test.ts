// Tests the balancing of our client by the loads that servers of grpc-go report (gRFC A51, A58).
import { createClient } from '@connectrpc/connect';
import { Program } from '@example/kit/programs';
import { skipReason } from '@example/kit/toolchains';
import { UserService } from '@example/protos/user/v1';
import { createTransport } from '@example/rpc-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { goProgram } from './build-once.ts';

/** A timeout in milliseconds, long enough to build the program. */
const timeout = 180_000;

const loadedServer = () => goProgram('proofs/matrix/drivers/go', './loaded', 'loaded-server');
const noGo = await skipReason(loadedServer);

describe.skipIf(noGo)(noGo ?? 'servers of grpc-go that report a load', () => {
  const programs: Program[] = [];
  let addresses: readonly string[];

  /** @param used how much of the capacity of the server is used */
  async function start(used: number): Promise<string> {
    const program = new Program(await loadedServer(), [`${used}`]);
    programs.push(program);
    return await program.waitForLine((line) => line);
  }

  beforeAll(async () => {
    addresses = [await start(0.6), await start(0.2)];
  }, timeout);
  afterAll(async () => void (await Promise.all(programs.map((program) => program.end('SIGKILL')))));

  it.each([
    ['in trailers', {}],
    ['by a stream', { enableOobLoadReport: true }],
  ])('get calls in proportion to what they can serve: reports %s', async (_, how) => {
    const policy = { blackoutPeriod: '0s', weightUpdatePeriod: '0.1s', ...how };
    const transport = createTransport({
      target: `ipv4:${addresses.join()}`,
      serviceConfig: { loadBalancingConfig: [{ weighted_round_robin: policy }] },
    });
    onTestFinished(() => transport.close());
    const users = createClient(UserService, transport);
    /** How many of 80 calls each server gets. */
    const shares = async () => {
      const names = await Promise.all(Array.from({ length: 80 }, async () => (await users.getUser({ id: '1' })).name));
      return addresses.map((address) => names.filter((name) => name === address).length);
    };
    // The weights of the servers are 100 / 0.6 and 100 / 0.2.
    await expect.poll(shares).toEqual([20, 60]);
  });
});
