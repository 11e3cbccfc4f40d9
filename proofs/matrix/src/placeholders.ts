import type { JsonValue } from '@bufbuild/protobuf';

/** The values of earlier responses, by the names that cases give them. */
export type Known = Map<string, string>;

const placeholder = /\{(\w+)\}/g;
const orderId = /^ord-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const numberedId = /^[a-z][a-z\d-]*-[1-9]\d*$/;
const timestamp = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Replaces the names by the known values. @throws for an unknown name */
export function filled<T extends JsonValue>(value: T, known: Known): T {
  if (typeof value === 'string') {
    return value.replace(placeholder, (_, name: string) => {
      const found = known.get(name);
      if (found === undefined) throw new Error(`no earlier response had {${name}}`);
      return found;
    }) as T;
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((entry) => filled(entry as JsonValue, known)) as unknown as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, filled(entry as JsonValue, known)]),
  ) as unknown as T;
}

/**
 * Finds the first difference between a value and the expected value. An expected `{name}` that is new stores the actual
 * value under that name. The value must be a time if the name ends in `Time` or starts with `time`. If the name ends in
 * `Id`, the value must be an id such as `usr-4`. Otherwise it must be the id of an order.
 *
 * @returns undefined without a difference
 */
export function difference(
  expected: JsonValue,
  actual: JsonValue | undefined,
  known: Known,
  path = '',
): string | undefined {
  const differs = (what: JsonValue = expected) =>
    `${path}: expected ${JSON.stringify(what)}, was ${JSON.stringify(actual)}`;
  if (typeof expected === 'string') {
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined || known.has(name)) {
      const wanted = filled(expected, known);
      return wanted === actual ? undefined : differs(wanted);
    }
    const pattern = /Time$|^time/.test(name) ? timestamp : /Id$/.test(name) ? numberedId : orderId;
    if (typeof actual !== 'string' || !pattern.test(actual)) return differs();
    known.set(name, actual);
    return undefined;
  }
  if (expected === null || typeof expected !== 'object') return expected === actual ? undefined : differs();
  if (actual === null || typeof actual !== 'object' || Array.isArray(expected) !== Array.isArray(actual))
    return differs();
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const key of keys) {
    const [wanted, found] = [expected, actual].map((value) => (value as Record<string, JsonValue>)[key]);
    const inside = path === '' ? key : `${path}.${key}`;
    if (wanted === undefined) return `${inside}: expected nothing, was ${JSON.stringify(found)}`;
    const nested = difference(wanted, found, known, inside);
    if (nested !== undefined) return nested;
  }
  return undefined;
}
