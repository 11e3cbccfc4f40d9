export {
  type FieldViolation,
  InvalidFieldsError,
  NotFoundError,
  PermissionDeniedError,
  StoreUnavailableError,
} from './errors.ts';
export { FieldCheck, type TextLimits } from './field-check.ts';
