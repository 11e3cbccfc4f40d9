import type { JsonObject } from '@bufbuild/protobuf';
import { cases } from './cases/index.ts';
import type { MatrixCredentials } from './credentials.ts';
import type { Driver } from './driver.ts';
import type { CallOutcome, MatrixCase, Mode } from './matrix-case.ts';
import { methodNamed, outcomeOf } from './outcome.ts';
import { difference, filled, type Known } from './placeholders.ts';

/** The timeout of a call that sets none, in milliseconds. */
const defaultTimeoutMs = 20_000;

/** A case with an unexpected outcome. */
interface Failure {
  readonly name: string;
  readonly difference: string;
}

/** The results of a client with a server, in one mode. */
export interface CaseResults {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export interface CaseContext {
  readonly driver: Driver;
  readonly mode: Mode;
  readonly tokens: MatrixCredentials['tokens'];
  /** Whether the client can make the call of a case. */
  supports(matrixCase: MatrixCase): boolean;
  readonly resetsAtDeadline: boolean;
  /** Ends the servers. Does nothing the second time. */
  endServers(): Promise<void>;
}

/** Makes the calls of all cases of a mode, in their order, on a fresh server. */
export async function runCases(context: CaseContext): Promise<CaseResults> {
  const known: Known = new Map();
  const failures: Failure[] = [];
  const chosen = cases.filter((each) => isOfMode(each, context.mode) && context.supports(each));
  for (const each of chosen) {
    if (each.isAfterEnd) await context.endServers();
    const found = await runCase(each, context, known).catch((error: unknown) => String(error));
    if (found !== undefined) failures.push({ name: each.name, difference: found });
  }
  return { passed: chosen.length - failures.length, failures };
}

/** @returns the difference from the expected outcome; undefined without a difference */
async function runCase(
  matrixCase: MatrixCase,
  { driver, tokens, resetsAtDeadline }: CaseContext,
  known: Known,
): Promise<string | undefined> {
  const { method, requests, metadata, caller, times = 1, holdOpen, expected, onReset } = matrixCase;
  const call = {
    method,
    requests: requests.map((request) => filled(request, known)),
    ...(metadata && { metadata }),
    timeoutMs: matrixCase.timeoutMs ?? defaultTimeoutMs,
    ...(holdOpen && { holdOpen }),
    ...(caller === 'nobody' ? { withoutToken: true } : caller && { token: tokens[caller] }),
  };
  let result = await driver.make(call);
  for (let i = 1; i < times && result.code === 'OK'; i++) result = await driver.make(call);
  const outcome = json(outcomeOf(methodNamed(method), result));
  if (resetsAtDeadline && onReset && difference(json(onReset), outcome, known) === undefined) return undefined;
  return difference(json(expected), outcome, known);
}

function json({ code, responses, details }: CallOutcome): JsonObject {
  return { code, responses: [...responses], details: [...details] };
}

function isOfMode({ caller, mode }: MatrixCase, wanted: Mode): boolean {
  if (mode !== undefined) return mode === wanted;
  return wanted === 'secure' || (wanted === 'plain' && caller === undefined);
}
