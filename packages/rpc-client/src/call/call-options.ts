import { type HeaderList, headerList } from '@example/http2';
import type { CallMethod } from './call-method.ts';

/** The options of one call. */
export interface CallOptions {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds; undefined for none. */
  readonly timeoutMs: number | undefined;
  readonly header: Headers | undefined;
  readonly waitForReady: boolean;
}

/** Fields that the transport sets itself, or that HTTP/2 does not have. */
const reserved = new Set([
  'accept-encoding',
  'connect-accept-encoding',
  'connect-content-encoding',
  'connect-protocol-version',
  'connect-timeout-ms',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-previous-rpc-attempts',
  'grpc-timeout',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

const maxCached = 1_024;
/** Programs use few different timeouts. */
const timeoutLists = new Map<string, HeaderList>();

/**
 * The fields that only one attempt has.
 *
 * @param timeoutMs what is left until the deadline, or Infinity
 * @param encoding of the body, in protocols without envelopes
 */
export function attemptFields(
  { protocol }: CallMethod,
  header: Headers | undefined,
  timeoutMs: number,
  previousAttempts: number,
  encoding: string | undefined,
): HeaderList | undefined {
  const timeout =
    timeoutMs === Number.POSITIVE_INFINITY ? undefined : protocol.timeoutField(Math.max(1, Math.ceil(timeoutMs)));
  if (header === undefined && previousAttempts === 0 && encoding === undefined) {
    return timeout === undefined ? undefined : timeoutList(timeout);
  }
  const fields: (readonly [string, string])[] = [];
  header?.forEach((value, name) => {
    if (!reserved.has(name)) fields.push([name, value]);
  });
  if (timeout !== undefined) fields.push(timeout);
  if (previousAttempts > 0) fields.push(['grpc-previous-rpc-attempts', String(previousAttempts)]);
  if (encoding !== undefined) fields.push(['content-encoding', encoding]);
  return headerList(fields);
}

function timeoutList(field: readonly [name: string, value: string]): HeaderList {
  const key = `${field[0]} ${field[1]}`;
  let list = timeoutLists.get(key);
  if (list === undefined) {
    if (timeoutLists.size === maxCached) timeoutLists.clear();
    list = headerList([field]);
    timeoutLists.set(key, list);
  }
  return list;
}
