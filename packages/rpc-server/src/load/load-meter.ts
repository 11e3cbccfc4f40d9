import { availableParallelism } from 'node:os';
import { Code } from '@connectrpc/connect';
import { encodeLoadReport } from '@example/rpc-core';

const periodMs = 1_000;

/** Statuses of calls that failed because of the server, not because of their request. */
const failures: ReadonlySet<Code | undefined> = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

/**
 * Measures the load of this process for clients that balance by it: gRFC A51. As `applicationUtilization` it reports
 * how busy the event loop is, because all calls share the loop.
 */
export class LoadMeter {
  #calls = 0;
  #failed = 0;
  #since = performance.now();
  #loop = performance.eventLoopUtilization();
  #cpu = process.cpuUsage();
  #report: string | undefined;

  /** A call has ended. @param code undefined for success */
  count(code: Code | undefined): void {
    this.#calls += 1;
    if (failures.has(code)) this.#failed += 1;
  }

  /**
   * An OrcaLoadReport in base64, measured at most once a second; undefined in the first second. It covers the time
   * since the previous measurement.
   */
  get report(): string | undefined {
    const now = performance.now();
    const ms = now - this.#since;
    if (ms >= periodMs) this.#measure(now, ms);
    return this.#report;
  }

  #measure(now: number, ms: number): void {
    const loop = performance.eventLoopUtilization();
    const cpu = process.cpuUsage();
    const cpuMs = (cpu.user + cpu.system - this.#cpu.user - this.#cpu.system) / 1_000;
    const bytes = encodeLoadReport({
      cpuUtilization: cpuMs / ms / availableParallelism(),
      memUtilization: 0,
      applicationUtilization: performance.eventLoopUtilization(loop, this.#loop).utilization,
      rpsFractional: (this.#calls * 1_000) / ms,
      eps: (this.#failed * 1_000) / ms,
    });
    this.#report = Buffer.from(bytes).toString('base64');
    this.#loop = loop;
    this.#cpu = cpu;
    this.#since = now;
    this.#calls = 0;
    this.#failed = 0;
  }
}
