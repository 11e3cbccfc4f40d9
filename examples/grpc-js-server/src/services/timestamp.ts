/** A google.protobuf.Timestamp, for which proto-loader has no type. */
export interface Timestamp {
  /** Seconds since 1970 as an int64. */
  readonly seconds: string;
  readonly nanos: number;
}

export function toTimestamp(date: Date): Timestamp {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1_000);
  return { seconds: `${seconds}`, nanos: (ms - seconds * 1_000) * 1_000_000 };
}
