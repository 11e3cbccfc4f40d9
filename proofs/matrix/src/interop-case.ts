import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** Whose token a call carries: of somebody who may do everything, of a customer, of one who may only read users, none, or no token at all. */
export type Caller = 'admin' | 'customer c-1' | 'reader' | 'nobody' | 'forger';

/** How a server is started: `plain` on h2c without auth, `secure` with TLS and auth, `throttled` for one call a second. */
export type Mode = 'plain' | 'secure' | 'throttled';

/** A call, and what every client must be told by every server. */
export interface InteropCase {
  readonly name: string;
  /** `user.v1.UserService/GetUser` */
  readonly method: string;
  /**
   * Messages in ProtoJSON, which may name values of earlier answers: `{order}`. A field mask is an object with its paths as they are
   * on the wire: ProtoJSON has them as one text, in which not all can be written.
   */
  readonly requests: readonly JsonObject[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default: admin. Cases with another caller are for servers with auth. */
  readonly caller?: Exclude<Caller, 'admin'>;
  /** Default: `plain` and `secure`. */
  readonly mode?: Mode;
  /** Default: 20 s, which no call needs. */
  readonly timeoutMs?: number;
  /** Default: a stream ends after its requests. */
  readonly holdOpen?: boolean;
  /** The call is made when the servers have ended. Such cases come last. */
  readonly isAfterEnd?: boolean;
  /** How often the call is made at most, until one fails; that one counts. Default: 1. */
  readonly times?: number;
  readonly expected: Outcome;
  /** What the call may come to as well, on a server that resets a stream whose deadline is over. */
  readonly onReset?: Outcome;
}

/** What a call came to. */
export interface Outcome {
  /** The name of the status code, such as `NOT_FOUND`. */
  readonly code: string;
  /** Messages in ProtoJSON without defaults. `{name}` in an expected one stands for a value that is kept under that name. */
  readonly answers: readonly JsonValue[];
  /** What programs may rely on in each error detail; the texts for people are left out. */
  readonly details: readonly string[];
}
