import { type HeaderList, headerList } from '@example/http2';
import type { Protocol } from '../protocol/protocol.ts';
import type { Retries } from '../retries/retries.ts';
import type { RetryThrottle } from '../retries/retry-throttle.ts';
import type { HedgingPolicy } from '../service-config.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { CallMethod } from './call-method.ts';

/** The options of one call. */
export interface CallOptions {
  readonly signal: AbortSignal | undefined;
  /** The timeout in milliseconds; undefined for no timeout. */
  readonly timeoutMs: number | undefined;
  readonly header: Headers | undefined;
  readonly waitForReady: boolean;
  /** Decides whether another attempt follows a failed one. */
  readonly retries: Retries;
  /** The source of the token that each attempt sends. */
  readonly token: TokenSource | undefined;
  /** The policy for concurrent attempts; undefined for a call with one attempt at a time. */
  readonly hedging?: Hedging | undefined;
  /** When the hedged call began, by the clock of the transport; undefined unless this is one of its attempts. */
  readonly startedAt?: number | undefined;
  /** The servers that attempts of the same call have used. A new attempt avoids them, and adds its own server. */
  readonly usedServers?: Set<object> | undefined;
}

export interface Hedging {
  readonly policy: HedgingPolicy;
  readonly throttle: RetryThrottle;
}

/** Fields that the transport sets itself, or that HTTP/2 forbids. */
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
/**
 * The header lists of timeouts, by the name of the field and by milliseconds. All calls share them, because programs
 * use few different timeouts.
 */
const timeoutLists = new Map<Protocol['timeoutField'], Map<number, HeaderList>>();

/**
 * The fields that only one attempt has.
 *
 * @param timeoutMs the milliseconds until the deadline, or Infinity
 * @param encoding the content-encoding of the body, in protocols without envelopes
 */
export function attemptFields(
  { protocol }: CallMethod,
  header: Headers | undefined,
  timeoutMs: number,
  previousAttempts: number,
  encoding: string | undefined,
  token: string | undefined,
): HeaderList | undefined {
  const hasTimeout = timeoutMs !== Number.POSITIVE_INFINITY;
  const wholeMs = Math.max(1, Math.ceil(timeoutMs));
  if (header === undefined && previousAttempts === 0 && encoding === undefined && token === undefined) {
    return hasTimeout ? timeoutList(protocol, wholeMs) : undefined;
  }
  const fields: (readonly [string, string])[] = [];
  header?.forEach((value, name) => {
    if (!reserved.has(name)) fields.push([name, value]);
  });
  if (hasTimeout) fields.push(protocol.timeoutField(wholeMs));
  if (token !== undefined && header?.has('authorization') !== true) fields.push(['authorization', `Bearer ${token}`]);
  if (previousAttempts > 0) fields.push(['grpc-previous-rpc-attempts', String(previousAttempts)]);
  if (encoding !== undefined) fields.push(['content-encoding', encoding]);
  return headerList(fields);
}

function timeoutList({ timeoutField }: Protocol, ms: number): HeaderList {
  let lists = timeoutLists.get(timeoutField);
  if (lists === undefined) {
    lists = new Map();
    timeoutLists.set(timeoutField, lists);
  }
  let list = lists.get(ms);
  if (list === undefined) {
    if (lists.size === maxCached) lists.clear();
    list = headerList([timeoutField(ms)]);
    lists.set(ms, list);
  }
  return list;
}
