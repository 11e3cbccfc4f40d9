import { durationMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { PreconditionFailureSchema, RetryInfoSchema } from '@example/protos/google/rpc/error_details';
import { capitalized } from '../shell/format.ts';

/** An error in words for the user of the page. */
export interface Explanation {
  /** The name of the code, for people who look for the cause. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** The action that helps: a retry, a new token, or neither. */
  readonly remedy: 'retry' | 'sign-in' | 'none';
}

type Words = Omit<Explanation, 'code'>;

const words: { readonly [code in Code]?: (error: ConnectError) => Words } = {
  [Code.Unauthenticated]: () => ({
    title: 'Sign in to continue',
    text: 'The service needs a valid token. Yours is missing, or has expired.',
    remedy: 'sign-in',
  }),
  [Code.PermissionDenied]: ({ rawMessage }) => ({
    title: 'You are not allowed to do this',
    text: `Your token is valid, but it is not enough: ${rawMessage}.`,
    remedy: 'sign-in',
  }),
  [Code.NotFound]: ({ rawMessage }) => ({
    title: 'Not found',
    text: `${capitalized(rawMessage)}. Check the id in the address.`,
    remedy: 'none',
  }),
  [Code.InvalidArgument]: ({ rawMessage }) => ({
    title: 'The request was not valid',
    text: `${capitalized(rawMessage)}.`,
    remedy: 'none',
  }),
  [Code.FailedPrecondition]: (error) => ({
    title: 'This is not possible now',
    text: `${capitalized(preconditions(error) || error.rawMessage)}.`,
    remedy: 'retry',
  }),
  [Code.AlreadyExists]: ({ rawMessage }) => ({
    title: 'Done before',
    text: `${capitalized(rawMessage)}.`,
    remedy: 'none',
  }),
  [Code.ResourceExhausted]: (error) => {
    const ms = retryDelayMs(error);
    return ms === undefined
      ? { title: 'Too large', text: `${capitalized(error.rawMessage)}. Send less at once.`, remedy: 'none' }
      : { title: 'Too many calls', text: `Try again in ${Math.ceil(ms / 1_000)} s.`, remedy: 'retry' };
  },
  [Code.Unavailable]: () => ({
    title: 'The service cannot be reached',
    text: 'It may be starting, the network may be down, or it may not allow calls from this page.',
    remedy: 'retry',
  }),
  [Code.DeadlineExceeded]: () => ({
    title: 'The service took too long',
    text: 'It may have done the work anyway. Trying again is safe: nothing is done twice.',
    remedy: 'retry',
  }),
  [Code.Internal]: ({ rawMessage }) => ({
    title: 'The service has a bug',
    text: `Report it with this text: ${rawMessage}`,
    remedy: 'none',
  }),
};

export function explainError(reason: unknown): Explanation {
  const error = ConnectError.from(reason);
  const explain = words[error.code];
  return {
    code: Code[error.code],
    ...(explain?.(error) ?? { title: 'The call failed', text: `${capitalized(error.rawMessage)}.`, remedy: 'retry' }),
  };
}

/** How long to wait before the same call can succeed, in milliseconds; undefined if the error does not specify it. */
export function retryDelayMs(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay && durationMs(delay);
}

function preconditions(error: ConnectError): string {
  const violations = error.findDetails(PreconditionFailureSchema).flatMap((detail) => detail.violations);
  return violations.map(({ description }) => description).join('; ');
}
