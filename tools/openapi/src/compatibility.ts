import type { OpenApi } from './document.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * The parts of a released document that a later document breaks for its clients: a method, message or field that is
 * missing or has another type, a value that an enum no longer has, a narrower limit, or a field that requests must now
 * set.
 */
export function brokenParts(released: OpenApi, current: OpenApi): string[] {
  const broken: string[] = [];
  for (const [path, item] of Object.entries(released.paths)) {
    for (const method of ['get', 'post'] as const) {
      if (item[method] && !current.paths[path]?.[method]) broken.push(`${method.toUpperCase()} ${path} is gone`);
    }
  }
  for (const [name, schema] of Object.entries(released.components.schemas)) {
    const now = current.components.schemas[name];
    if (now === undefined) broken.push(`${name} is gone`);
    else broken.push(...brokenSchema(name, schema, now));
  }
  return broken;
}

function brokenSchema(name: string, old: JsonSchema, now: JsonSchema): string[] {
  const broken: string[] = [];
  for (const key of ['type', '$ref', 'format', 'contentEncoding', 'pattern'] as const) {
    // A removed pattern allows more values.
    const isWider = key === 'pattern' && now.pattern === undefined;
    if (old[key] !== now[key] && !isWider) broken.push(`${name} has ${key} ${now[key]}, and had ${old[key]}`);
  }
  for (const key of ['maxLength', 'maximum', 'maxItems'] as const) {
    if ((now[key] ?? Infinity) < (old[key] ?? Infinity))
      broken.push(`${name} has ${key} ${now[key]}, and had ${old[key]}`);
  }
  for (const key of ['minLength', 'minimum'] as const) {
    if ((now[key] ?? -Infinity) > (old[key] ?? -Infinity))
      broken.push(`${name} has ${key} ${now[key]}, and had ${old[key]}`);
  }
  for (const value of old.enum ?? []) if (!now.enum?.includes(value)) broken.push(`${name} has no value ${value}`);
  for (const field of now.required ?? []) if (!old.required?.includes(field)) broken.push(`${name} now needs ${field}`);
  for (const [field, schema] of Object.entries(old.properties ?? {})) {
    const other = now.properties?.[field];
    if (other === undefined) broken.push(`${name}.${field} is gone`);
    else broken.push(...brokenSchema(`${name}.${field}`, schema, other));
  }
  for (const key of ['items', 'additionalProperties'] as const) {
    if (old[key] && now[key]) broken.push(...brokenSchema(`${name}[]`, old[key], now[key]));
  }
  return broken;
}
