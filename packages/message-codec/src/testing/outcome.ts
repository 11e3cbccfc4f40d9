/**
 * A text with every detail of the value that a function returns (the order of properties, prototypes, -0, undefined or
 * absent properties), or of the error that it throws.
 */
export function outcome(run: () => unknown): string {
  try {
    return text(run());
  } catch (error) {
    return `threw ${error}`;
  }
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.constructor.name} ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map(text)}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const prototype = Object.getPrototypeOf(value);
  const inherited = prototype === Object.prototype || prototype === null ? '' : `${text(prototype)} `;
  return `${inherited}{${Object.entries(value).map(([name, field]) => `${name}: ${text(field)}`)}}`;
}
