import { Code } from '@connectrpc/connect';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config/server-config.ts';
import { quoted } from '../log/log-text.ts';

/** The longest path or subject, in characters. Longer ones are cut, because clients and issuers may send any text. */
const maxTextLength = 200;

/** The part of a call that the access log records, filled in during the call. Never contains a message or a token. */
export interface CallRecord {
  /** The client's x-request-id when it is valid, otherwise an id that the server makes. Also sent in the response. */
  readonly requestId: string;
  /** The address of the client. */
  readonly peer: string;
  /** Bytes of the bodies on the wire. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The `sub` of the token. */
  readonly subject?: string | undefined;
  /** The status of a call that failed. */
  readonly code?: Code | undefined;
}

/** The header fields of a request, which many requests on a connection may share. */
export interface LoggedHeaders {
  /** The path without a query. */
  readonly path: string;
  readonly protocol: string | undefined;
  /** Stored in the shared headers, for the next request with these header fields. */
  logged: RepeatedFields | undefined;
}

/** The fields of an entry that are the same for all requests with the same caller, header fields and status. */
interface RepeatedFields {
  readonly peer: string;
  readonly subject: string | undefined;
  readonly httpStatus: number;
  readonly status: string;
  readonly json: string;
}

/** The HTTP side of a call that has ended. */
export interface EndedRequest {
  readonly headers: LoggedHeaders;
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  readonly httpStatus: number;
  /** Whether the whole response was sent. */
  readonly isResponseComplete: boolean;
  /** A time of `performance.now()`, in milliseconds. */
  readonly startedAt: number;
}

/** The decimals from `000` to `999` as texts, because V8 takes longer to convert a number with decimals. */
const thousandths = Array.from({ length: 1_000 }, (_, count) => `${count}`.padStart(3, '0'));

/** An entry of the access log: one call that has ended. */
export class AccessLogEntry {
  /** The path, such as `/user.v1.UserService/GetUser`. */
  readonly rpc: string;
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  /** `gRPC`, `gRPC-Web` or `Connect`; `CORS` for a preflight. */
  readonly protocol: string;
  readonly httpStatus: number;
  /** The name of the status, such as `NotFound` or `Ok`. */
  readonly status: string;
  /** The time from the arrival of the request's header fields to the last byte of the response, in milliseconds. */
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly peer: string;
  /** The `sub` of the token. */
  readonly subject: string | undefined;
  readonly requestId: string;
  readonly #headers: LoggedHeaders;
  readonly #durationUs: number;

  constructor(record: CallRecord, request: EndedRequest) {
    const { headers } = request;
    this.#headers = headers;
    this.rpc = headers.path.slice(0, maxTextLength);
    this.httpVersion = request.httpVersion;
    this.protocol = protocolName(headers.protocol);
    this.httpStatus = request.httpStatus;
    this.status = statusOf(record, request);
    this.#durationUs = Math.round((performance.now() - request.startedAt) * 1_000);
    this.durationMs = this.#durationUs / 1_000;
    this.requestBytes = record.requestBytes;
    this.responseBytes = record.responseBytes;
    this.peer = record.peer;
    this.subject = record.subject?.slice(0, maxTextLength);
    this.requestId = record.requestId;
  }

  /**
   * The fields as JSON, each after a comma, in a fraction of the time of JSON.stringify. The text consists of few
   * pieces, because the output has to join them.
   */
  get json(): string {
    const wholeMs = Math.floor(this.#durationUs / 1_000);
    return (
      `${this.#repeated().json}${wholeMs}.${thousandths[this.#durationUs - wholeMs * 1_000]},` +
      `"requestBytes":${this.requestBytes},"responseBytes":${this.responseBytes},"requestId":"${this.requestId}"`
    );
  }

  /** The fields as JSON, up to and including the name of the next field, `durationMs`. */
  #repeated(): RepeatedFields {
    const { peer, subject, httpStatus, status } = this;
    const { logged } = this.#headers;
    const isSame =
      logged !== undefined &&
      logged.peer === peer &&
      logged.subject === subject &&
      logged.httpStatus === httpStatus &&
      logged.status === status;
    if (isSame) return logged;
    const who = `"peer":${quoted(peer)}${subject === undefined ? '' : `,"subject":${quoted(subject)}`}`;
    const json =
      `,"rpc":${quoted(this.rpc)},"httpVersion":"${this.httpVersion}","protocol":"${this.protocol}",${who},` +
      `"httpStatus":${httpStatus},"status":"${status}","durationMs":`;
    this.#headers.logged = { peer, subject, httpStatus, status, json };
    return this.#headers.logged;
  }
}

/** The destination of the access log, and the setting that chooses the logged calls. */
export interface AccessLog {
  readonly logger: Logger;
  readonly config: Pick<ServerConfig, 'accessLog'>;
}

/** Logs a call that has ended, at level info. */
export function logAccess({ logger, config }: AccessLog, record: CallRecord, request: EndedRequest): void {
  if (!logger.isLevelEnabled('info') || isLeftOut(config.accessLog, record, request)) return;
  const entry = new AccessLogEntry(record, request);
  const write = writers.get(logger);
  if (write === undefined) logger.info(entry, 'call');
  else write(entry);
}

/** For some loggers, the function that writes an entry in less time than pino. */
const writers = new WeakMap<Logger, (entry: AccessLogEntry) => void>();

export function writeAccessBy(logger: Logger, write: (entry: AccessLogEntry) => void): void {
  writers.set(logger, write);
}

/** Whether a call is not logged. CANCELED is not a failure here, because clients end Watch by cancelling it. */
function isLeftOut(
  which: ServerConfig['accessLog'],
  { code }: CallRecord,
  { headers, httpStatus }: EndedRequest,
): boolean {
  if (which !== 'no-health') return which === 'off';
  const isFailed = httpStatus >= 400 || (code !== undefined && code !== Code.Canceled);
  return !isFailed && headers.path.startsWith('/grpc.health.v1.Health/');
}

function protocolName(protocol = ''): string {
  if (protocol === 'preflight') return 'CORS';
  if (protocol.startsWith('grpc-web')) return 'gRPC-Web';
  return protocol === 'grpc' ? 'gRPC' : 'Connect';
}

function statusOf({ code }: CallRecord, { httpStatus, isResponseComplete }: EndedRequest): string {
  if (!isResponseComplete && code === undefined) return Code[Code.Canceled];
  if (code !== undefined) return Code[code];
  return httpStatus >= 400 ? (Code[codeFromHttpStatus(httpStatus)] as string) : 'Ok';
}
