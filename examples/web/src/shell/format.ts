import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';

const amounts = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 8 });
const counts = new Intl.NumberFormat();
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const shortTimes = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

export const formatAmount = (amount: number) => amounts.format(amount);
export const formatCount = (count: number) => counts.format(count);
export const formatDay = (time: Timestamp) => days.format(timestampDate(time));
export const formatTime = (time: Timestamp) => times.format(timestampDate(time));
/** Formats a time without its year, for lists that are sorted by time. */
export const formatShortTime = (time: Timestamp) => shortTimes.format(timestampDate(time));

/** A count with its noun: `1 order`, `2 orders`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function formatMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function formatBytes(bytes: number): string {
  return bytes < 10_000 ? `${formatCount(bytes)} B` : `${formatCount(Math.round(bytes / 1_000))} kB`;
}
