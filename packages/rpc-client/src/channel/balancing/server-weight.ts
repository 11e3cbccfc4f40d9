import type { LoadReport } from '@example/rpc-core';

/** Periods in milliseconds, and the penalty for errors as a factor. */
export interface WeightOptions {
  readonly blackoutPeriodMs: number;
  readonly weightExpirationPeriodMs: number;
  readonly errorUtilizationPenalty: number;
}

/**
 * The weight of a server: the number of calls that it could serve per second if it were fully used, by its own reports
 * (gRFC A58).
 */
export class ServerWeight {
  #weight = 0;
  #reportedAt = 0;
  /** When reports began; undefined without any. */
  #since: number | undefined;

  /** @param now by the clock of the channel */
  report(load: LoadReport, { errorUtilizationPenalty }: WeightOptions, now: number): void {
    const { applicationUtilization, cpuUtilization, rpsFractional, eps } = load;
    const used = applicationUtilization > 0 ? applicationUtilization : cpuUtilization;
    if (!(used > 0 && rpsFractional > 0)) return;
    this.#weight = rpsFractional / (used + (eps / rpsFractional) * errorUtilizationPenalty);
    this.#reportedAt = now;
    this.#since ??= now;
  }

  /** Called when the server has been connected again: its first reports do not show how much it can serve. */
  restart(): void {
    this.#since = undefined;
  }

  /** @returns the weight; 0 while it is unknown */
  at(now: number, { blackoutPeriodMs, weightExpirationPeriodMs }: WeightOptions): number {
    if (this.#since === undefined) return 0;
    if (now - this.#reportedAt >= weightExpirationPeriodMs) {
      this.#since = undefined;
      return 0;
    }
    return now - this.#since < blackoutPeriodMs ? 0 : this.#weight;
  }
}
