import { ConnectError } from '@connectrpc/connect';
import { BadRequestSchema } from '@example/protos/google/rpc/error_details';
import { capitalized } from '../shell/format.ts';

/** The errors of a form, by the paths of the fields in the request. */
export interface FieldErrors {
  /** The text to show at each field. */
  readonly byField: Readonly<Record<string, string>>;
  /** Texts about fields that the form does not show. */
  readonly others: readonly string[];
}

/**
 * Sorts the violations of a `google.rpc.BadRequest` by the fields of a form.
 *
 * @param fields paths such as `items[2].unit_price`; a list such as `user.roles` also gets the violations of its items
 * @returns undefined if the error is not about fields
 */
export function fieldErrors(error: unknown, fields: readonly string[]): FieldErrors | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  if (violations.length === 0) return undefined;
  const byField: Record<string, string> = {};
  const others: string[] = [];
  for (const { field, description } of violations) {
    const item = /^(.+)\[(\d+)\]$/.exec(field);
    const [shown, text] = fields.includes(field)
      ? [field, capitalized(description)]
      : [item?.[1], `Number ${Number(item?.[2]) + 1} ${description}`];
    if (shown !== undefined && fields.includes(shown)) byField[shown] ??= text;
    else others.push(`${field} ${description}`);
  }
  return { byField, others };
}
