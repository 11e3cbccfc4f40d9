import type { DescMethod } from '@bufbuild/protobuf';
import type { Logger } from 'pino';
import type { Authentication } from './authentication.ts';
import { anybody, type Caller } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';
import { type AccessCheck, accessCheck, type MethodScopes, needsToken } from './scopes.ts';

export interface GateOptions {
  /** Undefined: everybody may call everything. */
  readonly authentication: Authentication | undefined;
  readonly scopes: MethodScopes;
  readonly rateLimit: RateLimit;
}

/** The part of a call that the gate uses: what it reads, and the subject that it sets for the access log. */
interface GatedCall {
  /** The address of the client. */
  readonly peer: string;
  /** A time of `performance.now()`, in milliseconds. */
  readonly startedAt: number;
  readonly logger: Logger;
  /** The `sub` of the token. */
  subject?: string | undefined;
}

/**
 * Identifies the caller of a call, and admits or refuses the call. Only header fields are read: the body comes later.
 *
 * @param authorization the header field; undefined when it is missing
 * @returns a promise only when the gate must wait, such as for the keys of a token issuer
 * @throws {ConnectError} UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE; also as a rejection
 */
export type Gate = (method: DescMethod, call: GatedCall, authorization: string | undefined) => Caller | Promise<Caller>;

const nobody: Caller = { subject: undefined, scopes: new Set() };

/**
 * Creates the gate: authentication, rate limit and scopes.
 *
 * The rate limit counts calls by subject, and by address without a token. A token whose signature must be verified
 * counts for the address first, so that invalid tokens cannot keep the server busy.
 */
export function gate(options: GateOptions): Gate {
  const { authentication, rateLimit } = options;
  const checkAccess = accessCheck(options.scopes);
  return (method, call, authorization) => {
    if (authentication === undefined || !needsToken(method)) {
      rateLimit.count(`address ${call.peer}`);
      return authentication === undefined ? anybody : nobody;
    }
    const caller = authenticate(authentication, authorization, rateLimit, call);
    return caller instanceof Promise
      ? caller.then((verified) => admit(verified, method, call, rateLimit, checkAccess))
      : admit(caller, method, call, rateLimit, checkAccess);
  };
}

function authenticate(
  authentication: Authentication,
  authorization: string | undefined,
  rateLimit: RateLimit,
  call: GatedCall,
): Caller | Promise<Caller> {
  const known = authorization === undefined ? undefined : authentication.known(authorization, call.startedAt);
  if (known !== undefined) return known;
  rateLimit.count(`address ${call.peer}`);
  return authentication.verify(authorization, call);
}

function admit(
  caller: Caller,
  method: DescMethod,
  call: GatedCall,
  rateLimit: RateLimit,
  checkAccess: AccessCheck,
): Caller {
  call.subject = caller.subject ?? '';
  rateLimit.count(`subject ${caller.subject}`);
  checkAccess(caller, method);
  return caller;
}
