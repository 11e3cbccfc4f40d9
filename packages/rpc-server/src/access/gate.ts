import type { HandlerContext } from '@connectrpc/connect';
import { recordOf } from '../calls/call-record.ts';
import { checkAccess, type MethodScopes, needsToken } from './access.ts';
import { type Authentication, bearerToken } from './authentication.ts';
import { anybody, type Caller, setCaller } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

export interface GateOptions {
  /** Undefined: everybody may call everything. */
  readonly authentication: Authentication | undefined;
  readonly scopes: MethodScopes;
  readonly rateLimit: RateLimit;
}

const nobody: Caller = { subject: undefined, scopes: new Set() };

/**
 * A request gate: decides by the header fields of a call, before its body is read, whether it goes on, and tells the handler who
 * calls.
 *
 * Calls are counted for each subject, and for each address where there is none; a token whose signature must be looked at counts
 * for the address first, so that made-up tokens cannot keep the server busy.
 *
 * @throws {ConnectError} UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE
 */
export function gate({ authentication, scopes, rateLimit }: GateOptions): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const record = recordOf(context);
    const countForAddress = () => rateLimit.count(`address ${record.peer}`);
    if (authentication === undefined || !needsToken(context.method)) {
      await countForAddress();
      setCaller(context, authentication === undefined ? anybody : nobody);
      return;
    }
    const caller = await authenticate(authentication, context.requestHeader, countForAddress);
    setCaller(context, caller);
    record.subject = caller.subject ?? '';
    await rateLimit.count(`subject ${caller.subject}`);
    checkAccess(caller, context.method, scopes);
  };
}

async function authenticate(
  authentication: Authentication,
  header: Headers,
  beforeWork: () => Promise<void>,
): Promise<Caller> {
  let token: string;
  try {
    token = bearerToken(header);
  } catch (error) {
    await beforeWork();
    throw error;
  }
  const known = authentication.known(token);
  if (known !== undefined) return known;
  await beforeWork();
  return await authentication.verify(token);
}
