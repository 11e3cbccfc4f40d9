/** One invalid field, with the fields of `google.rpc.BadRequest.FieldViolation`. */
export interface FieldViolation {
  /** The path of the field from the request, in proto names: `items[2].unit_price`. */
  readonly field: string;
  /** The rule that the field breaks, for people: `must be 1 to 1000000`. */
  readonly description: string;
}

/** The request breaks the field rules. Nothing was changed. */
export class InvalidFieldsError extends Error {
  override readonly name = 'InvalidFieldsError';

  /**
   * @param violations the first violations in field order, at least one
   * @param count the number of all violations, including those left out of `violations`
   */
  constructor(
    readonly violations: readonly FieldViolation[],
    readonly count: number = violations.length,
  ) {
    super(`${count} invalid ${count === 1 ? 'field' : 'fields'}: ${summary(violations, count)}`);
  }
}

/** The resource does not exist. The fields are those of `google.rpc.ErrorInfo`. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';

  constructor(
    message: string,
    readonly reason: string,
    readonly domain: string,
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/**
 * The caller used the same request id for a different request before. The fields are those of `google.rpc.ErrorInfo`.
 */
export class RequestIdReusedError extends Error {
  override readonly name = 'RequestIdReusedError';
  readonly reason = 'REQUEST_ID_REUSED';

  constructor(
    readonly requestId: string,
    readonly domain: string,
  ) {
    super(`the id ${requestId} belongs to another request: give each request its own id`);
  }
}

/** The state of the resource does not allow the request. The fields are those of `google.rpc.PreconditionFailure`. */
export class PreconditionError extends Error {
  override readonly name = 'PreconditionError';

  /**
   * @param type the failed precondition, such as ORDER_STATUS
   * @param subject the id of the resource
   */
  constructor(
    message: string,
    readonly type: string,
    readonly subject: string,
  ) {
    super(message);
  }
}

/** The caller is authenticated, but not allowed to do this. Nothing was changed. */
export class PermissionDeniedError extends Error {
  override readonly name = 'PermissionDeniedError';
}

/** The stream was cut off because its reader is too slow. */
export class ReaderTooSlowError extends Error {
  override readonly name = 'ReaderTooSlowError';
}

/**
 * The store cannot serve now (disk full, file not writable, …); a later retry may succeed. Nothing was changed, with
 * one exception: if the connection to PostgreSQL was lost during a commit, the outcome of the write is unknown. A write
 * with an idempotency key may be retried even then.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Writes wait too long for the store, so the store takes no more writes for the moment. Nothing was changed. */
export class StoreOverloadedError extends Error {
  override readonly name = 'StoreOverloadedError';

  constructor() {
    super('the store is overloaded, try again later');
  }
}

function summary(violations: readonly FieldViolation[], count: number): string {
  const [first] = violations;
  const rest = count > 1 ? `, and ${count - 1} more` : '';
  return first === undefined ? 'none named' : `${first.field} ${first.description}${rest}`;
}
