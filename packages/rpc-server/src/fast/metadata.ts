import type { RequestHeaders } from './request-headers.ts';

type Fields = [name: string, value: string][];

/** The fields of a request, but for pseudo-header fields. */
export function toHeaders({ fields }: RequestHeaders): Headers {
  const headers = new Headers();
  for (const { name, value } of fields) if (!name.startsWith(':')) headers.append(name, value);
  return headers;
}

/** What HTTP/2 has no place for (RFC 9113, section 8.2.2), and what is the engine's to say. */
const notForHandlers = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'content-length',
  'trailer',
]);

/** @returns the fields to send, without those in `except` */
export function toFields(headers: Headers | undefined, except?: ReadonlySet<string>): Fields {
  const fields: Fields = [];
  headers?.forEach((value, name) => {
    if (!notForHandlers.has(name) && !except?.has(name)) fields.push([name, value]);
  });
  return fields;
}
