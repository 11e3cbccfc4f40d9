import { durationMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RetryInfoSchema,
} from '@example/protos/google/rpc/error_details';

/** The meaning of a status code for the caller. */
interface Meaning {
  /** The name of the code in gRPC. */
  readonly name: string;
  /** One line for each fact in the error's details. */
  readonly facts?: (error: ConnectError) => string[];
  readonly advice: string | ((error: ConnectError) => string);
}

/**
 * The codes that these services return, with advice for each. Programs should decide by the code, and by the reason and
 * the fields in the details: the message is for people, and its words may change.
 */
const meanings: { readonly [code in Code]?: Meaning } = {
  [Code.InvalidArgument]: {
    name: 'INVALID_ARGUMENT',
    facts: fieldViolations,
    advice: 'correct the request: the same request would fail again',
  },
  [Code.NotFound]: {
    name: 'NOT_FOUND',
    facts: errorInfo,
    advice: 'check the id: a retry helps only if a resource with this id is created',
  },
  [Code.AlreadyExists]: {
    name: 'ALREADY_EXISTS',
    facts: errorInfo,
    advice: 'give this request a new id: its present one belongs to another request, which has succeeded',
  },
  [Code.DeadlineExceeded]: {
    name: 'DEADLINE_EXCEEDED',
    advice:
      'the server may have done the work anyway: repeat the request with the same request_id and a longer timeout',
  },
  [Code.Canceled]: {
    name: 'CANCELLED',
    advice: 'this client cancelled the call, so nothing is wrong: the server keeps what it has done before that',
  },
  [Code.Unavailable]: {
    name: 'UNAVAILABLE',
    advice:
      'try again after 100 ms, then 200 ms and so on up to some seconds, each time plus or minus a random part, and stop ' +
      'at the deadline; a write may have been done anyway: repeat it with the same request_id',
  },
  [Code.Unauthenticated]: {
    name: 'UNAUTHENTICATED',
    advice: 'get a new token and try once more; if that fails too, sign in again',
  },
  [Code.PermissionDenied]: {
    name: 'PERMISSION_DENIED',
    advice: 'the token is valid, so that a new one does not help: ask for the permission',
  },
  [Code.ResourceExhausted]: {
    name: 'RESOURCE_EXHAUSTED',
    advice: waitOrSendLess,
  },
  [Code.FailedPrecondition]: {
    name: 'FAILED_PRECONDITION',
    facts: preconditionViolations,
    advice: 'the request is valid, but the state does not allow it: change the state first, then repeat the request',
  },
  [Code.Unimplemented]: {
    name: 'UNIMPLEMENTED',
    advice: 'check the address: the server there does not have this RPC, or not yet',
  },
  [Code.Internal]: {
    name: 'INTERNAL',
    advice: reportBug,
  },
};

/**
 * Explains the error of a call to a person: first the code and the server's message, then a line for each fact in the
 * details, then advice.
 */
export function explainError(error: unknown): string[] {
  const connectError = ConnectError.from(error);
  const { code, rawMessage } = connectError;
  const meaning = meanings[code] ?? {
    name: Code[code],
    advice: 'this client does not expect that code: read the message',
  };
  const { name, facts, advice } = meaning;
  return [
    `${name}: ${rawMessage}`,
    ...(facts?.(connectError) ?? []).map((fact) => `- ${fact}`),
    `What to do: ${typeof advice === 'string' ? advice : advice(connectError)}.`,
  ];
}

/** Every invalid field, so that a form can show all of them at once; empty if the message could not be decoded. */
function fieldViolations(error: ConnectError): string[] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => `${field} ${description}`));
}

/** Reason and domain are for programs: together they are unique and never change. */
function errorInfo(error: ConnectError): string[] {
  return error.findDetails(ErrorInfoSchema).map(({ reason, domain, metadata }) => {
    const values = Object.entries(metadata).map(([key, value]) => `${key} = ${value}`);
    return `${reason} of ${domain}: ${values.join(', ')}`;
  });
}

function preconditionViolations(error: ConnectError): string[] {
  return error
    .findDetails(PreconditionFailureSchema)
    .flatMap(({ violations }) =>
      violations.map(({ type, subject, description }) => `${type} of ${subject}: ${description}`),
    );
}

/** A rate limit specifies how long to wait; an error about the size limit does not, because waiting does not help. */
function waitOrSendLess(error: ConnectError): string {
  const retryDelay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return retryDelay === undefined
    ? 'send less in one message; the same message will be refused again'
    : `try again after ${durationMs(retryDelay)} ms, and call less often`;
}

/** The server hides the details of a bug. Its message contains an id, under which the log has the whole error. */
function reportBug({ rawMessage }: ConnectError): string {
  const id = /\(error ([0-9a-f-]{36})\)/.exec(rawMessage)?.[1];
  const report = 'this is a bug in the server: do not repeat the call but report it';
  return id === undefined ? `${report}, with the time` : `${report}, with the id ${id}`;
}
