import { isSendable } from '@example/http2';

export type Fields = [name: string, value: string][];

/**
 * Fields about the connection, which are not allowed in HTTP/2 (RFC 9113, section 8.2.2), and fields that the server
 * itself sets.
 */
const notForHandlers = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'te',
  'content-length',
  'trailer',
]);

/**
 * Fields of CORS, which only the server sets: an error from a call of the handler may contain the CORS fields of
 * another server.
 */
const corsPrefix = 'access-control-';

/** The fields of a response that a handler has set. @param except fields that only the protocol sets */
export function toFields(headers: Headers | undefined, except?: ReadonlySet<string>): Fields {
  const fields: Fields = [];
  headers?.forEach((value, name) => {
    const isOurs = notForHandlers.has(name) || name.startsWith(corsPrefix) || except?.has(name);
    if (!isOurs) fields.push([name, value]);
  });
  return fields;
}

/**
 * The fields of an error. Fields that cannot be sent, such as those with a control character in a value, are left out.
 */
export function sendableFields(fields: Fields): Fields {
  return fields.filter(([name, value]) => isSendable(name, value));
}
