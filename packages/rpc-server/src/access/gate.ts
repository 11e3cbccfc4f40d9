import type { DescMethod } from '@bufbuild/protobuf';
import type { CallRecord } from '../calls/call-record.ts';
import { checkAccess, type MethodScopes, needsToken } from './access.ts';
import type { Authentication } from './authentication.ts';
import { anybody, type Caller } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

export interface GateOptions {
  /** Undefined: everybody may call everything. */
  readonly authentication: Authentication | undefined;
  readonly scopes: MethodScopes;
  readonly rateLimit: RateLimit;
}

/**
 * Says who calls, or refuses the call.
 *
 * @param authorization the header field, undefined when there is none
 * @returns a promise only when it must wait, such as for the keys of tokens
 * @throws {ConnectError} UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE; as the promise does
 */
export type Gate = (
  method: DescMethod,
  record: CallRecord,
  authorization: string | undefined,
) => Caller | Promise<Caller>;

const nobody: Caller = { subject: undefined, scopes: new Set() };

/**
 * A gate that decides by the header fields of a call, before its body is read.
 *
 * Calls are counted for each subject, and for each address where there is none; a token whose signature must be looked at counts
 * for the address first, so that made-up tokens cannot keep the server busy.
 */
export function gate(options: GateOptions): Gate {
  const { authentication, rateLimit } = options;
  return (method, record, authorization) => {
    if (authentication === undefined || !needsToken(method)) {
      rateLimit.count(`address ${record.peer}`);
      return authentication === undefined ? anybody : nobody;
    }
    const caller = authenticate(authentication, authorization, rateLimit, record);
    return caller instanceof Promise
      ? caller.then((verified) => admit(verified, method, record, options))
      : admit(caller, method, record, options);
  };
}

function authenticate(
  authentication: Authentication,
  authorization: string | undefined,
  rateLimit: RateLimit,
  { peer }: CallRecord,
): Caller | Promise<Caller> {
  const known = authorization === undefined ? undefined : authentication.known(authorization);
  if (known !== undefined) return known;
  rateLimit.count(`address ${peer}`);
  return authentication.verify(authorization);
}

function admit(caller: Caller, method: DescMethod, record: CallRecord, { rateLimit, scopes }: GateOptions): Caller {
  record.subject = caller.subject ?? '';
  rateLimit.count(`subject ${caller.subject}`);
  checkAccess(caller, method, scopes);
  return caller;
}
