import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/**
 * The token of a call. `admin` may do everything, `reader` may read users, the token of `forger` is signed with another
 * key, and `nobody` sends no token.
 */
export type Caller = 'admin' | 'customer c-1' | 'reader' | 'nobody' | 'forger';

/** `plain` is h2c without auth, `secure` is TLS and auth, `throttled` allows one call a second. */
export type Mode = 'plain' | 'secure' | 'throttled';

/** A call, and the outcome that it must have with every client and every server. */
export interface MatrixCase {
  readonly name: string;
  /** `user.v1.UserService/GetUser` */
  readonly method: string;
  /**
   * Messages in ProtoJSON. They may contain the names of values from earlier responses, such as `{order}`. A field mask
   * is an object with a list of paths, because ProtoJSON joins the paths to one text, and cannot represent every path.
   */
  readonly requests: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** The caller. Default: admin. Cases with other callers need servers with auth. */
  readonly caller?: Exclude<Caller, 'admin'>;
  /** The mode of the servers. Default: `plain` and `secure`. */
  readonly mode?: Mode;
  /** The timeout of the call. Default: 20 s, which no call needs. */
  readonly timeoutMs?: number;
  /** Keeps the sending half of a stream open until the call has ended. Default: false. */
  readonly holdOpen?: boolean;
  /** Whether the call is made after the servers have ended. Such cases come last. */
  readonly isAfterEnd?: boolean;
  /** The maximum number of calls. The call is repeated until it fails, and only the last result counts. Default: 1. */
  readonly times?: number;
  readonly expected: CallOutcome;
  /** A second accepted outcome, for servers that reset a stream at its deadline. */
  readonly onReset?: CallOutcome;
}

/** The outcome of a call. */
export interface CallOutcome {
  /** The name of the status code, such as `NOT_FOUND`. */
  readonly code: string;
  /**
   * Messages in ProtoJSON without defaults. In an expected message, `{name}` stores the value in its place under that
   * name.
   */
  readonly responses: readonly JsonValue[];
  /** The parts of error details on which programs may rely, without the texts for people. */
  readonly details: readonly string[];
}
