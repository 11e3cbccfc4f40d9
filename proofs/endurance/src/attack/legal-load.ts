import { setInterval } from 'node:timers/promises';
import { type Client, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { OrderService } from '@example/protos/order/v1';

export interface LegalOutcome {
  /** The number of calls that succeeded in time. */
  readonly succeeded: number;
  readonly made: number;
  /** The times of the health checks, in milliseconds, ascending. A failed check counts as Infinity. */
  readonly healthMs: readonly number[];
  /** The messages of calls that failed, with their counts. */
  readonly failures: ReadonlyMap<string, number>;
}

/** @param succeeded the number of calls that have succeeded, of those that were made */
export type LegalCallsListener = (succeeded: number, made: number) => void;

const tickMs = 50;
const ticksPerMinute = 1_200;
const callsPerTick = 5;
const ticksPerHealthCheck = 4;
const item = { productId: 'p-1', quantity: 2, unitPrice: 29.99 };

/**
 * Makes calls at a fixed rate, whether or not earlier calls have ended. Checks health as probes do: on a new connection
 * each time.
 *
 * @param transports used by the calls in turn
 * @param timeoutMs of a call, and of a health check
 */
export async function makeLegalCalls(
  url: string,
  transports: readonly Transport[],
  headers: Record<string, string>,
  ms: number,
  timeoutMs: number,
  onMinute: LegalCallsListener,
): Promise<LegalOutcome> {
  const clients = transports.map((transport) => createClient(OrderService, transport));
  const failures = new Map<string, number>();
  const healthMs: number[] = [];
  const underWay: Promise<unknown>[] = [];
  let [made, succeeded, tick] = [0, 0, 0];

  const call = async (orders: Client<typeof OrderService>) => {
    try {
      const { id } = await orders.createOrder({ customerId: 'c-legal', items: [item] }, { headers, timeoutMs });
      await orders.getOrder({ id }, { headers, timeoutMs });
      succeeded += 1;
    } catch (error) {
      const { message } = ConnectError.from(error);
      failures.set(message, (failures.get(message) ?? 0) + 1);
    }
  };
  for await (const _ of setInterval(tickMs)) {
    if (tick++ * tickMs >= ms) break;
    if (tick % ticksPerMinute === 0) onMinute(succeeded, made);
    for (let i = 0; i < callsPerTick; i++) {
      underWay.push(call(clients[made % clients.length] as Client<typeof OrderService>));
      made += 1;
    }
    if (tick % ticksPerHealthCheck === 0)
      underWay.push(checkHealth(url, timeoutMs).then((took) => healthMs.push(took)));
  }
  await Promise.all(underWay);
  return { made, succeeded, failures, healthMs: healthMs.sort((a, b) => a - b) };
}

async function checkHealth(url: string, timeoutMs: number): Promise<number> {
  const start = performance.now();
  try {
    const response = await fetch(`${url}/grpc.health.v1.Health/Check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{}',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = (await response.json()) as { status?: string };
    return status === 'SERVING' ? performance.now() - start : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
