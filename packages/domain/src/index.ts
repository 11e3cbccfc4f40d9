export { timeLeft, withTimeLeft } from './call-time.ts';
export {
  type FieldViolation,
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  ReaderTooSlowError,
  RequestIdReusedError,
  StoreUnavailableError,
} from './errors.ts';
export { FieldCheck, type TextLimits } from './field-check.ts';
export { type KeyedResult, type RequestKey, requestKey } from './request-key.ts';
