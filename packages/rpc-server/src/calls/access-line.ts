import { Code } from '@connectrpc/connect';
import { codeFromHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { CallRecord } from './call-record.ts';

/** The longest path that is logged whole: a request may ask for anything. */
const maxPathLength = 200;

/** A call that has ended, as HTTP knows it. */
export interface EndedCall {
  /** With or without a query. */
  readonly path: string;
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  readonly contentType: string | undefined;
  readonly httpStatus: number;
  /** Whether its response went out to the end. */
  readonly isAnswered: boolean;
  /** When it began, by `performance.now()`. */
  readonly startedAt: number;
}

/** A call that has ended, as the access log tells it. */
export class AccessLine {
  /** The path, such as `/user.v1.UserService/GetUser`. */
  readonly rpc: string;
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  /** `gRPC`, `gRPC-Web` or `Connect`. */
  readonly protocol: string;
  readonly httpStatus: number;
  /** The name of the status, such as `NotFound` or `Ok`. */
  readonly status: string;
  /** From the header fields of the request to the last byte of the response. */
  readonly durationMs: number;
  /** Bytes of the bodies, as they were on the wire. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** An address. */
  readonly peer: string;
  /** The `sub` of the token when there was one. */
  readonly subject: string | undefined;
  /** That the response has in x-request-id. */
  readonly requestId: string;

  constructor(record: CallRecord, call: EndedCall) {
    this.rpc = withoutQuery(call.path).slice(0, maxPathLength);
    this.httpVersion = call.httpVersion;
    this.protocol = protocolOf(call.contentType);
    this.httpStatus = call.httpStatus;
    this.status = statusOf(record, call);
    this.durationMs = Math.round((performance.now() - call.startedAt) * 1_000) / 1_000;
    this.requestBytes = record.requestBytes;
    this.responseBytes = record.responseBytes;
    this.peer = record.peer;
    this.subject = record.subject;
    this.requestId = record.requestId;
  }

  /** Its fields as JSON has them, without the braces: what JSON.stringify makes of it, in half the time. */
  get json(): string {
    const subject = this.subject === undefined ? '' : `"subject":${quoted(this.subject)},`;
    return (
      `"rpc":${quoted(this.rpc)},"httpVersion":"${this.httpVersion}","protocol":"${this.protocol}",` +
      `"httpStatus":${this.httpStatus},"status":"${this.status}","durationMs":${this.durationMs},` +
      `"requestBytes":${this.requestBytes},"responseBytes":${this.responseBytes},"peer":${quoted(this.peer)},` +
      `${subject}"requestId":${quoted(this.requestId)}`
    );
  }
}

/** Of ASCII, and nothing that JSON escapes (RFC 8259, section 7). */
const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function protocolOf(contentType = ''): string {
  if (contentType.startsWith('application/grpc-web')) return 'gRPC-Web';
  return contentType.startsWith('application/grpc') ? 'gRPC' : 'Connect';
}

function statusOf({ code }: CallRecord, { httpStatus, isAnswered }: EndedCall): string {
  // A connection that breaks looks to Connect like an error inside: the client has gone.
  if (!isAnswered && (code === undefined || code === Code.Internal)) return Code[Code.Canceled];
  if (code !== undefined) return Code[code];
  return httpStatus >= 400 ? (Code[codeFromHttpStatus(httpStatus)] as string) : 'Ok';
}
