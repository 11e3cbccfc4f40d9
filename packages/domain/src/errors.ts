/** One field at fault, as `google.rpc.BadRequest.FieldViolation` names it. */
export interface FieldViolation {
  /** The path of the field from the request, in proto names: `items[2].unit_price`. */
  readonly field: string;
  /** What the field must be, for people: `must be 1 to 1000000`. */
  readonly description: string;
}

/** A request that breaks the field rules. Nothing was changed. */
export class InvalidFieldsError extends Error {
  override readonly name = 'InvalidFieldsError';

  /**
   * @param violations the first violations in field order, at least one
   * @param count how many there are in all, those left out of `violations` included
   */
  constructor(
    readonly violations: readonly FieldViolation[],
    readonly count: number = violations.length,
  ) {
    super(`${count} invalid ${count === 1 ? 'field' : 'fields'}: ${summary(violations, count)}`);
  }
}

/** A resource that is not there; the fields are those of `google.rpc.ErrorInfo`. */
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

/** A caller's id of a request that was used for another request before; the fields are those of `google.rpc.ErrorInfo`. */
export class RequestIdReusedError extends Error {
  override readonly name = 'RequestIdReusedError';
  readonly reason = 'REQUEST_ID_REUSED';

  constructor(
    readonly requestId: string,
    readonly domain: string,
  ) {
    super(`the id ${requestId} belongs to another request: give each request an id of its own`);
  }
}

/** The resource is in a state in which this cannot be done; the fields are those of `google.rpc.PreconditionFailure`. */
export class PreconditionError extends Error {
  override readonly name = 'PreconditionError';

  /**
   * @param type what about the resource, such as ORDER_STATUS
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

/** The caller is known, but may not do this. Nothing was changed. */
export class PermissionDeniedError extends Error {
  override readonly name = 'PermissionDeniedError';
}

/** Who reads a stream does it so slowly that they are cut off. */
export class ReaderTooSlowError extends Error {
  override readonly name = 'ReaderTooSlowError';
}

/**
 * The store cannot serve now (disk full, file not writable, …); trying again later may help. Nothing was changed, but for one
 * case: when the connection to PostgreSQL was lost while a write committed, nobody knows whether it did. A write with a request
 * key may be repeated even then.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

function summary(violations: readonly FieldViolation[], count: number): string {
  const [first] = violations;
  const rest = count > 1 ? `, and ${count - 1} more` : '';
  return first === undefined ? 'none named' : `${first.field} ${first.description}${rest}`;
}
