import type { DescMethod } from '@bufbuild/protobuf';
import type { Logger } from 'pino';
import type { Peer } from '../address/peer.ts';
import type { Authentication } from './authentication.ts';
import { anybody, type Caller } from './caller.ts';
import { type CallerLimits, callerLimit } from './caller-limit.ts';
import { type CallerLimit, RateLimit } from './rate-limit.ts';
import { type AccessCheck, accessCheck, type MethodScopes, needsToken } from './scopes.ts';
import { TokenAttempts } from './token-attempts.ts';

export interface GateOptions {
  readonly config: CallerLimits;
  /** The authentication; undefined if everybody may call everything. */
  readonly authentication: Authentication | undefined;
  readonly scopes: MethodScopes;
}

/** The part of a call that the gate uses: the fields it reads, and the subject that it sets for the access log. */
interface GatedCall {
  readonly client: Peer;
  /** A time of `performance.now()`, in milliseconds. */
  readonly startedAt: number;
  readonly logger: Logger;
  /** The `sub` of the token. */
  subject?: string | undefined;
}

/**
 * Identifies the caller of a call, and admits or refuses the call by its header fields, before the body is read.
 *
 * @param authorization the header field; undefined when it is missing
 * @returns a promise only when the gate must wait, such as for the keys of a token issuer
 * @throws {ConnectError} UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE; also as a rejection
 */
export type Gate = (method: DescMethod, call: GatedCall, authorization: string | undefined) => Caller | Promise<Caller>;

const nobody: Caller = { subject: undefined, scopes: new Set(), endsAt: Number.POSITIVE_INFINITY };

/** Health checks allowed from one address: enough for all proxies and balancers that check from there. */
const healthChecksPerSecond = 1_000;

/**
 * Creates the gate: authentication, rate limit and scopes.
 *
 * A call counts for its subject, or, without authentication, for its address. Health checks and refused tokens count
 * for their address in two separate limits, so that neither uses up the limit of calls.
 */
export function gate({ config, authentication, scopes }: GateOptions): Gate {
  const { callsPerSecond, callBurst } = config;
  const calls = callerLimit('calls', config);
  const healthChecks = new RateLimit(healthChecksPerSecond);
  const tokens = authentication && new TokenAttempts(authentication, callsPerSecond, callBurst);
  const checkAccess = accessCheck(scopes);
  return (method, call, authorization) => {
    if (!needsToken(method)) {
      healthChecks.count(call.client.network);
      return tokens === undefined ? anybody : nobody;
    }
    if (tokens === undefined) {
      const counted = calls.count(call.client.network, call.startedAt);
      return counted === undefined ? anybody : counted.then(() => anybody);
    }
    const known = tokens.known(authorization, call.startedAt);
    if (known !== undefined) return admit(known, method, call, calls, checkAccess);
    return tokens.verify(authorization, call).then((verified) => admit(verified, method, call, calls, checkAccess));
  };
}

function admit(
  caller: Caller,
  method: DescMethod,
  call: GatedCall,
  calls: CallerLimit,
  checkAccess: AccessCheck,
): Caller | Promise<Caller> {
  const { subject = '' } = caller;
  call.subject = subject;
  const counted = calls.count(subject, call.startedAt);
  if (counted !== undefined) {
    return counted.then(() => {
      checkAccess(caller, method);
      return caller;
    });
  }
  checkAccess(caller, method);
  return caller;
}
