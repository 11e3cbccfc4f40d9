import type { ResourceUsage } from './resource-usage.ts';

/** The work of the clients so far. */
export interface Done {
  readonly succeeded: number;
  /** Calls that the client or its deadline has ended. */
  readonly aborted: number;
  readonly connections: number;
  /** The messages of unexpected errors, with their counts. */
  readonly failures: ReadonlyMap<string, number>;
}

export interface SoakResult {
  readonly done: Done;
  /** The usage before the first call. */
  readonly before: ResourceUsage;
  /** The usage after the warm-up, and after each period. */
  readonly usages: readonly ResourceUsage[];
}
