import type { DescMethod } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';

/** Connect's HTTP status of each error code (https://connectrpc.com/docs/protocol#error-codes). */
const statuses = {
  canceled: 499,
  unknown: 500,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
  unauthenticated: 401,
} as const;

export type ErrorCode = keyof typeof statuses;
export const errorCodes = Object.keys(statuses) as ErrorCode[];

/** The errors of every method, and what they mean for the caller. */
const common: Readonly<Partial<Record<ErrorCode, string>>> = {
  invalid_argument: 'The request is not as described. `details` has a google.rpc.BadRequest with the fields at fault.',
  unauthenticated: 'The server wants an access token, and this one is missing, invalid or expired.',
  permission_denied: 'The token lacks the scope of the method, or the caller may not do this.',
  resource_exhausted: 'Too many calls, or too large a message. `Retry-After` states when to try again.',
  internal: 'A bug of the server. The message has the id under which its log has the reason.',
  unimplemented: 'The server does not support the compression of the request.',
  unavailable: 'The server cannot do it now. Try again, after `Retry-After` if there is one.',
  deadline_exceeded: 'The call did not end within its timeout, `Connect-Timeout-Ms`, or that of the server.',
};

const others: Readonly<Partial<Record<ErrorCode, string>>> = {
  not_found: 'There is no such resource. `details` has a google.rpc.ErrorInfo.',
  already_exists: 'The request id was used for another request. `details` has a google.rpc.ErrorInfo.',
  failed_precondition: 'The resource is in another state. `details` has a google.rpc.PreconditionFailure.',
};

/** The errors of a method by HTTP status: the errors of every method, and the errors that its comment names. */
export function errorsOf(method: DescMethod): Map<number, ErrorCode[]> {
  const comments = `${commentOf(method)}\n${commentOf(method.parent)}`;
  const hasRequestId = method.input.fields.some(({ name }) => name === 'request_id');
  const named = errorCodes.filter(
    (code) => comments.includes(code.toUpperCase()) && (code !== 'already_exists' || hasRequestId),
  );
  const codes = errorCodes.filter((code) => code in common || named.includes(code));
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = statuses[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

export function describeError(code: ErrorCode): string {
  return `\`${code}\`: ${common[code] ?? others[code] ?? 'See the description of the method.'}`;
}
