import { FieldCheck } from '@example/service-kit';
import { parsePageToken } from './page-token.ts';

const maxEmailLength = 254;
const maxPageSize = 1_000;
const defaultPageSize = 50;
/** The size of the largest user that the field rules allow, in bytes. */
const maxUserBytes = 5 * 1024;

/** An estimate of the largest page with a requested size, in bytes. */
export function maxPageBytes(size: number): number {
  return (size > 0 ? Math.min(size, maxPageSize) : defaultPageSize) * maxUserBytes;
}

/**
 * The address format of HTML's e-mail input (https://html.spec.whatwg.org/#valid-e-mail-address), restricted to a local
 * part of at most 64 characters and at least two labels after the @.
 */
const email =
  /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;

export function checkName(check: FieldCheck, field: string, name: string): void {
  check.text(field, name, { min: 1, max: 200 });
}

export function checkEmail(check: FieldCheck, field: string, value: string): void {
  check.that(
    value.length <= maxEmailLength && email.test(value),
    field,
    `must be an address such as aoife@example.com of at most ${maxEmailLength} characters`,
  );
}

/** The start and length of a page. */
export interface Page {
  /** The page starts with the first id greater than this. */
  readonly after: bigint;
  readonly size: number;
}

/** @throws {InvalidFieldsError} */
export function checkPage(pageSize: number, pageToken: string): Page {
  const check = new FieldCheck();
  const after = pageToken === '' ? 0n : parsePageToken(pageToken);
  check.that(pageSize >= 0, 'page_size', 'must not be negative');
  check.that(after !== undefined, 'page_token', 'must be empty or the next_page_token of the page before');
  check.throwIfAny();
  return { after: after ?? 0n, size: pageSize === 0 ? defaultPageSize : Math.min(pageSize, maxPageSize) };
}
