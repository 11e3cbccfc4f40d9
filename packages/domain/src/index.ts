export {
  type FieldViolation,
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionError,
  RequestIdReusedError,
  StoreUnavailableError,
} from './errors.ts';
export { FieldCheck, type TextLimits } from './field-check.ts';
export { type KeyedResult, type RequestKey, requestKey } from './request-key.ts';
