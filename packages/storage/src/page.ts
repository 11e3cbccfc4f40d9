import type postgres from 'postgres';

/**
 * Returns the first rows until their total size reaches `maxLength`. The row that reaches it is included, so the result
 * has at least one row, unless `rows` is empty.
 *
 * @param lengthOf the approximate size of a row, in bytes
 */
export function firstRows<T>(rows: Iterable<T>, maxLength: number, lengthOf: (row: T) => number): T[] {
  const page: T[] = [];
  let length = 0;
  for (const row of rows) {
    page.push(row);
    length += lengthOf(row);
    if (length >= maxLength) break;
  }
  return page;
}

/**
 * The equivalent of `firstRows` in PostgreSQL. In each row, `found` is the number of all rows of `select`.
 *
 * @param length the size of a row. Use octet_length: PostgreSQL stores it separately, and so does not read the texts of
 *   rows after the page. length() would have to read them
 */
export function selectFirstRows(
  sql: postgres.Sql,
  select: postgres.PendingQuery<postgres.Row[]>,
  maxLength: number,
  length: postgres.PendingQuery<postgres.Row[]>,
  orderBy: string,
): postgres.PendingQuery<postgres.Row[]> {
  return sql`
    SELECT * FROM (
      SELECT *, sum(${length}) OVER (ORDER BY ${sql(orderBy)}) - ${length} AS length_before, count(*) OVER () AS found
      FROM (${select}) AS selected
    ) AS measured
    WHERE length_before < ${maxLength} ORDER BY ${sql(orderBy)}`;
}
