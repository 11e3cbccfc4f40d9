import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { ConfigError } from './environment.ts';

/** The memory of a connection before its first call, in bytes: socket, parser, header tables, an incomplete frame. */
const plainCost = 32 * 1024;
/** The additional memory of TLS: the state of OpenSSL and its buffers. */
const tlsCost = 32 * 1024;
/** The default of MAX_CONNECTIONS, unless the budget has no room for so many connections. */
const mostConnections = 10_000;

/** An estimate in bytes. */
export function connectionCost(isTls: boolean): number {
  return isTls ? plainCost + tlsCost : plainCost;
}

interface MemoryValues {
  readonly maxMessageBytes: number;
  readonly memoryBudgetBytes?: number | undefined;
  readonly connectionMemoryBytes?: number | undefined;
  readonly maxConnections?: number | undefined;
  readonly tlsCert?: string | undefined;
}

/**
 * The default of MEMORY_BUDGET_BYTES for one of `workers` processes: half of its heap. Most counted bytes are in
 * buffers outside of the heap, so all processes together get at most a quarter of the container's memory and, if there
 * are several, of the machine's.
 */
function defaultBudget(workers: number): number {
  const ofHeap = getHeapStatistics().heap_size_limit / 2;
  const container = process.constrainedMemory();
  const ofMachine = workers > 1 ? totalmem() / 4 / workers : ofHeap;
  return Math.floor(Math.min(ofHeap, ofMachine, container > 0 ? container / 4 / workers : ofHeap));
}

/**
 * The limits of the memory that clients can make a server hold: see `MemoryBudget`. If there are several workers, each
 * has an equal share of the memory and of the connections.
 *
 * @throws {ConfigError} if the limits conflict
 */
export function memoryConfig(values: MemoryValues, workers: number) {
  const { maxMessageBytes, memoryBudgetBytes: ofAll } = values;
  const memoryBudgetBytes = ofAll === undefined ? defaultBudget(workers) : Math.floor(ofAll / workers);
  const { connectionMemoryBytes = Math.floor(memoryBudgetBytes / 8) } = values;
  const share = workers > 1 ? `the share of each of ${workers} workers in ` : '';
  const budget = `${share}MEMORY_BUDGET_BYTES, ${memoryBudgetBytes}`;
  if (connectionMemoryBytes > memoryBudgetBytes / 4) {
    throw new ConfigError(`CONNECTION_MEMORY_BYTES=${connectionMemoryBytes}: must be at most a quarter of ${budget}`);
  }
  if (maxMessageBytes > connectionMemoryBytes / 2) {
    throw new ConfigError(
      `MAX_MESSAGE_BYTES=${maxMessageBytes}: must be at most half of CONNECTION_MEMORY_BYTES, ` +
        `${connectionMemoryBytes}, which is by default an eighth of ${budget}`,
    );
  }
  const affordable = Math.floor(memoryBudgetBytes / 2 / connectionCost(values.tlsCert !== undefined));
  const { maxConnections: allConnections = Math.min(mostConnections, Math.floor(affordable / 2) * workers) } = values;
  const maxConnections = Math.ceil(allConnections / workers);
  if (maxConnections > affordable) {
    throw new ConfigError(`MAX_CONNECTIONS=${allConnections}: must be at most ${affordable * workers} with ${budget}`);
  }
  return { memoryBudgetBytes, connectionMemoryBytes, maxConnections };
}
