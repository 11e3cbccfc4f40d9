export {
  type FieldViolation,
  InvalidFieldsError,
  NotFoundError,
  StoreUnavailableError,
} from './errors.ts';
export { FieldCheck, type TextLimits } from './field-check.ts';
