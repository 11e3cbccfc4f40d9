import { HeaderField } from '../headers/header-field.ts';

/** RFC 7541, appendix A, from index 1 on. */
const fields: readonly (readonly [name: string, value: string])[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** The fields by index. Index 0 is not used. */
export const staticTable: readonly (HeaderField | undefined)[] = [
  undefined,
  ...fields.map(([name, value]) => new HeaderField(name, value)),
];

/** The first index of the dynamic table: RFC 7541, section 2.3.3. */
export const firstDynamicIndex = fields.length + 1;

/** The first index of each name. */
export const staticNames = new Map<string, number>();
/** The index of each field that has a value, by `fieldKey`. */
export const staticFields = new Map<string, number>();
fields.forEach(([name, value], at) => {
  if (!staticNames.has(name)) staticNames.set(name, at + 1);
  if (value !== '') staticFields.set(fieldKey(name, value), at + 1);
});

/** The map key of a field. NUL is not allowed in names. */
export function fieldKey(name: string, value: string): string {
  return `${name}\0${value}`;
}
