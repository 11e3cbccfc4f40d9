import type { Ability, Check, CheckName } from './checks.ts';

/** Plays the checks one after the other, and says of each what went wrong, if anything did. */
export type Play = (server: Server, onPlayed: (name: CheckName, error?: string) => void) => Promise<void>;

export interface Server {
  readonly url: string;
  readonly checks: readonly Check[];
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface RealClient {
  readonly name: string;
  readonly ability?: Ability;
  /** How it does what it cannot do as the check says. */
  readonly otherwise?: Partial<Readonly<Record<CheckName, string>>>;
  readonly isTls?: boolean;
  /** How many connections it may make for all checks. Default: 1. */
  readonly connections?: number;
  /** Whether CI can do without it. */
  readonly isOptional?: boolean;
  /** @throws {ToolchainMissingError} when it is not on this machine */
  prepare(signal: AbortSignal): Promise<Play>;
}
