/** google.protobuf.Timestamp, which has no type of its own in proto-loader. */
export interface Timestamp {
  /** Since 1970, an int64. */
  readonly seconds: string;
  readonly nanos: number;
}

export function toTimestamp(date: Date): Timestamp {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1_000);
  return { seconds: `${seconds}`, nanos: (ms - seconds * 1_000) * 1_000_000 };
}
