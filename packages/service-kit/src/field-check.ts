import { type FieldViolation, InvalidFieldsError } from './errors.ts';

/** Keeps the status details within gRPC's limit on trailers (8 KiB in most clients). */
const maxReported = 20;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Bounds of a text's length in Unicode code points, both inclusive. */
export interface TextLimits {
  readonly min: number;
  readonly max: number;
}

/**
 * Collects the field violations of one request, so that one response reports all of them.
 * Call the checks in field order, then `throwIfAny`.
 */
export class FieldCheck {
  readonly #violations: FieldViolation[] = [];
  #count = 0;

  /** Records `description` against `field` unless `ok`. */
  that(ok: boolean, field: string, description: string): void {
    if (ok) return;
    this.#count += 1;
    if (this.#violations.length < maxReported) this.#violations.push({ field, description });
  }

  /** A single line of text: within `limits`, well-formed Unicode, no control characters (category Cc). */
  text(field: string, value: string, limits: TextLimits): void {
    this.#text(field, value, limits, /\p{Cc}/u, 'no control characters');
  }

  /** Like `text`, but tab and line feed are allowed. */
  multilineText(field: string, value: string, limits: TextLimits): void {
    this.#text(field, value, limits, /[^\P{Cc}\t\n]/u, 'no control characters except tab and line feed');
  }

  /** A whole number from `min` to `max`, both inclusive. */
  wholeNumber(field: string, value: number | bigint, min: number, max: number): void {
    const ok = value >= min && value <= max && (typeof value === 'bigint' || Number.isInteger(value));
    this.that(ok, field, `must be ${min} to ${max}`);
  }

  /** Checks that the value is empty, or a UUID of any version (RFC 9562) in any case. */
  optionalUuid(field: string, value: string): void {
    this.that(value === '' || uuid.test(value), field, 'must be empty or a UUID');
  }

  get ok(): boolean {
    return this.#count === 0;
  }

  /** @throws {InvalidFieldsError} if a check failed */
  throwIfAny(): void {
    if (this.#count > 0) throw new InvalidFieldsError(this.#violations, this.#count);
  }

  #text(field: string, value: string, { min, max }: TextLimits, forbidden: RegExp, rule: string): void {
    const ok = hasLength(value, min, max) && value.isWellFormed() && !forbidden.test(value);
    this.that(ok, field, `must have ${min} to ${max} characters and ${rule}`);
  }
}

/**
 * Counts code points. A code point has at most two UTF-16 units, so a text of more than twice the maximum is not
 * scanned.
 */
function hasLength(value: string, min: number, max: number): boolean {
  if (value.length > 2 * max) return false;
  let codePoints = 0;
  for (const _ of value) codePoints += 1;
  return codePoints >= min && codePoints <= max;
}
