import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/**
 * The token of a call. `admin` may do everything, `reader` may read users, the token of `forger` is signed with another
 * key, and `nobody` sends no token.
 */
export type Caller = 'admin' | 'customer c-1' | 'reader' | 'nobody' | 'forger';

/** `plain` is h2c without auth, `secure` is TLS and auth, `throttled` allows one call a second. */
export type Mode = 'plain' | 'secure' | 'throttled';

/** A call, and the outcome that every client must have from every server. */
export interface MatrixCase {
  readonly name: string;
  /** `user.v1.UserService/GetUser` */
  readonly method: string;
  /**
   * Messages in ProtoJSON, with the names of values of earlier responses: `{order}`. A field mask is an object with its
   * paths as on the wire: ProtoJSON has one text for all paths, and cannot write every path.
   */
  readonly requests: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default: admin. Cases of other callers are for servers with auth. */
  readonly caller?: Exclude<Caller, 'admin'>;
  /** Default: `plain` and `secure`. */
  readonly mode?: Mode;
  /** Default: 20 s, which no call needs. */
  readonly timeoutMs?: number;
  /** Keeps the sending half of a stream open until the call has ended. Default: false. */
  readonly holdOpen?: boolean;
  /** Whether the call is made when the servers have ended. Such cases come last. */
  readonly isAfterEnd?: boolean;
  /** The call is repeated up to this number until it fails. Only the last result counts. Default: 1. */
  readonly times?: number;
  readonly expected: CallOutcome;
  /** The other accepted outcome: for servers that reset a stream at its deadline. */
  readonly onReset?: CallOutcome;
}

/** The outcome of a call. */
export interface CallOutcome {
  /** The name of the status code, such as `NOT_FOUND`. */
  readonly code: string;
  /** Messages in ProtoJSON without defaults. `{name}` in an expected message is a value that is kept by that name. */
  readonly responses: readonly JsonValue[];
  /** The parts of error details that programs may rely on, without the texts for people. */
  readonly details: readonly string[];
}
