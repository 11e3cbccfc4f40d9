import type { Ability, Check, CheckName } from './checks.ts';

/** Reports a check that a client has run; `error` is the message of its failure. */
export type OnResult = (name: CheckName, error?: string) => void;

/** Runs the checks one after the other. */
export type RunChecks = (target: Target, onResult: OnResult) => Promise<void>;

/** The server that a client calls. */
export interface Target {
  readonly url: string;
  readonly checks: readonly Check[];
  /** Ends the client. */
  readonly signal: AbortSignal;
}

export interface RealClient {
  readonly name: string;
  /** The limits of the client. Default: none. */
  readonly ability?: Ability;
  /** What the client does in place of a check's calls, as a text for the table. */
  readonly instead?: Partial<Readonly<Record<CheckName, string>>>;
  readonly isTls?: boolean;
  /** The number of connections that the client may open for all checks. Default: 1. */
  readonly connections?: number;
  /** Whether CI may skip the client. Default: false. */
  readonly isOptional?: boolean;
  /** @throws {ToolchainMissingError} when the client is not on this machine */
  prepare(signal: AbortSignal): Promise<RunChecks>;
}

/** Runs the checks by a function that throws when a check fails. */
export async function runEach(
  run: (check: Check) => Promise<void>,
  { checks }: Target,
  onResult: OnResult,
): Promise<void> {
  for (const check of checks) onResult(check.name, await errorOf(run(check)));
}

/** @returns the error as a text; undefined when the promise resolves */
export async function errorOf(running: Promise<unknown>): Promise<string | undefined> {
  return await running.then(
    () => undefined,
    (reason: unknown) => String(reason),
  );
}
