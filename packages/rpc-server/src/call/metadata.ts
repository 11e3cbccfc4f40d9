import { isSendable } from '@example/http2';

export type Fields = [name: string, value: string][];

/**
 * Fields of the connection, which HTTP/2 does not have (RFC 9113, section 8.2.2), and fields that the server sets
 * itself.
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

/** The fields of a response that a handler has set. @param except fields of the protocol, which are left out */
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
