import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { accessorOf, type Fields } from '../accessors.ts';
import { isInitOf } from '../init-values.ts';
import { leaveFastPath } from '../leave-fast-path.ts';
import { maxDepth } from '../max-depth.ts';
import { messageCreator } from '../message-creator.ts';

export const timestampName = TimestampSchema.typeName;

/** The range of a timestamp in milliseconds; fractions of the last second are allowed. */
const minMs = Date.parse('0001-01-01T00:00:00Z');
const maxMs = Date.parse('9999-12-31T23:59:59Z');

const create = messageCreator(TimestampSchema);
const { get: getSeconds, set: setSeconds } = accessorOf(TimestampSchema.field.seconds);
const { get: getNanos, set: setNanos } = accessorOf(TimestampSchema.field.nanos);

/** Whether a text of RFC 3339 has a day and an hour that exist: `Date` turns 30 February into 2 March. */
export function isCalendarTime(text: string): boolean {
  const time = text.slice(0, 19);
  const date = new Date(`${time}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(time);
}

/** Reads RFC 3339 in UTC. @throws `leaveFastPath` */
export function readTimestamp(json: unknown, depth: number): unknown {
  if (typeof json !== 'string' || depth > maxDepth) throw leaveFastPath;
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?Z$/.exec(json);
  const ms = Date.parse(`${match?.[1]}Z`);
  // The comparison is also false for NaN.
  if (!(ms >= minMs && ms <= maxMs) || !isCalendarTime(json)) throw leaveFastPath;
  const message = create();
  setSeconds(message, BigInt(ms / 1_000));
  setNanos(message, Number((match?.[2] ?? '').padEnd(9, '0')));
  return message;
}

/** Writes the digits of the fraction that are needed: 0, 3, 6 or 9. @throws `leaveFastPath` */
export function timestampJson(message: unknown, mayBeInit: boolean): string {
  const isInit = isInitOf(message, timestampName, mayBeInit);
  const seconds = getSeconds(message as Fields) ?? (isInit ? 0n : undefined);
  const nanos = getNanos(message as Fields) ?? (isInit ? 0 : undefined);
  if (typeof seconds !== 'bigint' || !Number.isInteger(nanos)) throw leaveFastPath;
  const ms = Number(seconds) * 1_000;
  if (ms < minMs || ms > maxMs || (nanos as number) < 0 || (nanos as number) > 999_999_999) throw leaveFastPath;
  const fraction =
    nanos === 0
      ? ''
      : `.${String(nanos)
          .padStart(9, '0')
          .replace(/(?:000){1,2}$/, '')}`;
  return `"${new Date(ms).toISOString().slice(0, 19)}${fraction}Z"`;
}
