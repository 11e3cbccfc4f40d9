import type { JsonObject } from '@bufbuild/protobuf';
import { cases } from './cases/index.ts';
import type { Driver } from './driver.ts';
import type { InteropCase, Mode, Outcome } from './interop-case.ts';
import { methodNamed, outcomeOf } from './outcome.ts';
import { difference, filled, type Known } from './placeholders.ts';
import type { Secrets } from './secrets.ts';

/** How long a call may take that has no deadline of its own, in milliseconds. */
const longestMs = 20_000;

/** A case that came to something else than it must. */
interface Failure {
  readonly name: string;
  readonly difference: string;
}

/** How a pair did. */
export interface Score {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** What a driver plays against. */
interface Stage {
  readonly mode: Mode;
  readonly secrets: Secrets;
  /** Which cases of the mode the client can play. */
  canPlay(one: InteropCase): boolean;
  readonly resetsAtDeadline: boolean;
  /** Ends the servers; again, it does nothing. */
  endServers(): Promise<void>;
}

/** Makes the calls of all cases that a mode has, in their order, on a fresh server. */
export async function play(
  driver: Driver,
  { mode, secrets, canPlay, resetsAtDeadline, endServers }: Stage,
): Promise<Score> {
  const known: Known = new Map();
  const failures: Failure[] = [];
  let passed = 0;
  for (const one of cases.filter((candidate) => isFor(candidate, mode) && canPlay(candidate))) {
    if (one.isAfterEnd) await endServers();
    const found = await differenceOf(one).catch((error: unknown) => String(error));
    if (found === undefined) passed += 1;
    else failures.push({ name: one.name, difference: found });
  }
  return { passed, failures };

  async function differenceOf({
    method,
    requests,
    metadata,
    caller,
    times = 1,
    timeoutMs = longestMs,
    holdOpen,
    expected,
    onReset,
  }: InteropCase) {
    const token = caller === undefined || caller === 'nobody' ? {} : { token: secrets.tokens[caller] };
    const call = {
      method,
      requests: requests.map((request) => filled(request, known)),
      ...(metadata && { metadata }),
      timeoutMs,
      ...(holdOpen && { holdOpen }),
      ...(caller === 'nobody' ? { withoutToken: true } : token),
    };
    let answer = await driver.make(call);
    for (let i = 1; i < times && answer.code === 'OK'; i++) answer = await driver.make(call);
    const outcome = json(outcomeOf(methodNamed(method), answer));
    const isReset =
      resetsAtDeadline && onReset !== undefined && difference(json(onReset), outcome, known) === undefined;
    return isReset ? undefined : difference(json(expected), outcome, known);
  }
}

function json({ code, answers, details }: Outcome): JsonObject {
  return { code, answers: [...answers], details: [...details] };
}

function isFor({ caller, mode }: InteropCase, asked: Mode): boolean {
  if (mode !== undefined) return mode === asked;
  return asked === 'secure' || (asked === 'plain' && caller === undefined);
}
