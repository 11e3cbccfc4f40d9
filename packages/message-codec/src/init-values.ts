import type { Fields } from './accessors.ts';
import { leaveFastPath } from './leave-fast-path.ts';

/*
 * The values that a writer reads from a message, or from a message init (protobuf-es's `MessageInitShape`). In an init,
 * null and undefined stand for an absent field. The functions throw `leaveFastPath` where protobuf-es must decide.
 */

const noValues: readonly unknown[] = [];
const noEntries: Fields = {};
const noCase: { case?: unknown; value?: unknown } = {};

/** @returns whether `message` is a message init, not a message @param mayBeInit whether an init is allowed */
export function isInitOf(message: unknown, typeName: string, mayBeInit: boolean): boolean {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw leaveFastPath;
  const isInit = (message as Fields)['$typeName'] !== typeName;
  if (isInit ? !mayBeInit : Object.getPrototypeOf(message) !== Object.prototype) throw leaveFastPath;
  return isInit;
}

/** Whether a field with explicit presence is absent. */
export function isAbsent(value: unknown, isInit: boolean): boolean {
  return value === undefined || (isInit && value === null);
}

export function oneofOf(value: unknown, isInit: boolean): typeof noCase {
  return isMissing(value, isInit) ? noCase : (value as typeof noCase);
}

export function listOf(value: unknown, isInit: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isMissing(value, isInit)) return noValues;
  throw leaveFastPath;
}

export function mapOf(value: unknown, isInit: boolean): Fields {
  if (isMissing(value, isInit)) return noEntries;
  if (typeof value !== 'object' || Array.isArray(value)) throw leaveFastPath;
  return value as Fields;
}

/** Whether a oneof, list or map is missing, which only an init allows. */
function isMissing(value: unknown, isInit: boolean): boolean {
  if (value !== undefined && value !== null) return false;
  if (isInit) return true;
  throw leaveFastPath;
}
