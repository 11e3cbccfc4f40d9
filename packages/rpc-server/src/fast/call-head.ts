import type { ConnectError } from '@connectrpc/connect';
import { type Compression, compressionNegotiate } from '@connectrpc/connect/protocol';
import { parseContentType as parseConnectType } from '@connectrpc/connect/protocol-connect';
import { parseContentType as parseGrpcType } from '@connectrpc/connect/protocol-grpc';
import { compressions } from '../calls/connect-handlers.ts';
import { parseConnectTimeout, parseGrpcTimeout } from '../calls/deadline-header.ts';
import type { RequestHeaders } from './request-headers.ts';

/** What the header fields of a call say, as far as this engine must know. */
export interface CallHead {
  /** `connect` is a unary call of the Connect protocol. Undefined is something else, or said in a way that is left to Connect's handlers. */
  readonly protocol: 'grpc' | 'connect' | undefined;
  readonly codec: 'proto' | 'json';
  /** Of the method: without the query of a GET. */
  readonly path: string;
  /** Of a GET. */
  readonly query: URLSearchParams;
  /** In milliseconds; undefined when there is none, NaN when it is no timeout. */
  readonly timeoutMs: number | undefined;
  readonly timeoutText: string;
  readonly authorization: string | undefined;
  readonly requestId: string | undefined;
  /** Whether the client waits for status 100 before it sends the rest: RFC 9110, section 10.1.1. */
  readonly expectsContinue: boolean;
  readonly requestCompression: Compression | null;
  readonly responseCompression: Compression | null;
  /** What is wrong with the compression. */
  readonly error: ConnectError | undefined;
}

const noQuery = new URLSearchParams();

/** The fields of a list, put together. */
class Reading implements CallHead {
  protocol: CallHead['protocol'] = undefined;
  codec: CallHead['codec'] = 'proto';
  path = '';
  query = noQuery;
  timeoutMs: number | undefined = undefined;
  timeoutText = '';
  authorization: string | undefined = undefined;
  requestId: string | undefined = undefined;
  expectsContinue = false;
  grpc: ProtocolFields = noFields;
  connect: ProtocolFields = noFields;
  hasContentType = false;
  isFromPage = false;
  hasAuthority = false;
  isAuthorityWrong = false;
  isRepeated = false;
  requestCompression: Compression | null = null;
  responseCompression: Compression | null = null;
  error: ConnectError | undefined = undefined;
}

/** What each of the protocols has a name of its own for. */
interface ProtocolFields {
  readonly timeout?: { readonly ms: number; readonly text: string };
  readonly encoding?: string;
  readonly acceptEncoding?: string;
}

const noFields: ProtocolFields = {};

type Reader = (reading: Reading) => void;

const ignore: Reader = () => {};

const protocolField =
  (protocol: 'grpc' | 'connect', name: keyof ProtocolFields, value: ProtocolFields[typeof name]): Reader =>
  (reading) => {
    reading.isRepeated ||= reading[protocol][name] !== undefined;
    reading[protocol] = { ...reading[protocol], [name]: value };
  };

function readAuthority(value: string): Reader {
  const isWrong = /[/\\?#]/.test(value) || !URL.canParse(`http://${value}`);
  return (reading) => {
    reading.hasAuthority = true;
    reading.isAuthorityWrong ||= isWrong;
  };
}

/** What is made of a field, once for as long as it stays in the table of its connection. */
const readers = new Map<string, (value: string) => Reader>(
  Object.entries({
    ':authority': readAuthority,
    host: readAuthority,
    'content-type': (value) => {
      const grpcType = parseGrpcType(value);
      const connectType = parseConnectType(value);
      const type = grpcType ?? (connectType?.stream === false ? connectType : undefined);
      if (type === undefined) {
        return (reading) => {
          reading.hasContentType = true;
        };
      }
      const protocol = grpcType === undefined ? 'connect' : 'grpc';
      const codec = type.binary ? 'proto' : 'json';
      return (reading) => {
        reading.isRepeated ||= reading.hasContentType;
        reading.hasContentType = true;
        reading.protocol = protocol;
        reading.codec = codec;
      };
    },
    'grpc-timeout': (value) => protocolField('grpc', 'timeout', { ms: parseGrpcTimeout(value), text: value }),
    'grpc-encoding': (value) => protocolField('grpc', 'encoding', value),
    'grpc-accept-encoding': (value) => protocolField('grpc', 'acceptEncoding', value),
    'connect-timeout-ms': (value) =>
      protocolField('connect', 'timeout', { ms: parseConnectTimeout(value), text: value }),
    'content-encoding': (value) => protocolField('connect', 'encoding', value),
    'accept-encoding': (value) => protocolField('connect', 'acceptEncoding', value),
    authorization: (value) => (reading) => {
      reading.isRepeated ||= reading.authorization !== undefined;
      reading.authorization = value;
    },
    'x-request-id': (value) => (reading) => {
      reading.isRepeated ||= reading.requestId !== undefined;
      reading.requestId = value;
    },
    expect: (value) =>
      value.toLowerCase() === '100-continue'
        ? (reading) => {
            reading.expectsContinue = true;
          }
        : ignore,
    origin: () => (reading) => {
      reading.isFromPage = true;
    },
  }),
);

function readerOf({ name, value }: RequestHeaders['fields'][number]): Reader {
  return readers.get(name)?.(value) ?? ignore;
}

/** Reads a header list, or remembers what was read of it: clients that send other fields with each call send the same ones too. */
export function readHead(headers: RequestHeaders): CallHead {
  headers.memo ??= read(headers);
  return headers.memo as CallHead;
}

function read(headers: RequestHeaders): CallHead {
  const reading = new Reading();
  for (const field of headers.fields) {
    field.memo ??= readerOf(field);
    (field.memo as Reader)(reading);
  }
  const { method, path } = headers;
  if (method === 'POST') reading.path = path;
  else if (method === 'GET' && !reading.hasContentType) readTarget(reading, path);
  else reading.protocol = undefined;
  const { protocol, isRepeated, isFromPage, hasAuthority, isAuthorityWrong } = reading;
  // Pages are told more, in response to less, than other clients: cross-origin.ts.
  if (isRepeated || isFromPage || isAuthorityWrong || !hasAuthority) reading.protocol = undefined;
  else if (protocol !== undefined) applyFields(reading, reading[protocol], acceptNames[protocol]);
  return reading;
}

/** Reads what a Connect call by GET says in its query, and others in header fields: https://connectrpc.com/docs/protocol#unary-get-request. */
function readTarget(reading: Reading, target: string): void {
  const queryAt = target.indexOf('?');
  if (queryAt < 0 || target.includes('#')) return;
  const query = new URLSearchParams(target.slice(queryAt));
  const codec = query.get('encoding');
  if (codec !== 'proto' && codec !== 'json') return;
  const { encoding: _, ...fields } = reading.connect;
  const compression = query.get('compression');
  reading.connect = compression === null ? fields : { ...fields, encoding: compression };
  Object.assign(reading, { protocol: 'connect', codec, path: target.slice(0, queryAt), query });
}

const acceptNames = { grpc: 'Grpc-Accept-Encoding', connect: 'Accept-Encoding' };

function applyFields(reading: Reading, fields: ProtocolFields, acceptName: string): void {
  if (fields.timeout !== undefined) {
    reading.timeoutMs = fields.timeout.ms;
    reading.timeoutText = fields.timeout.text;
  }
  const { encoding = null, acceptEncoding = null } = fields;
  if (encoding === null && acceptEncoding === null) return;
  const { request, response, error } = compressionNegotiate(compressions, encoding, acceptEncoding, acceptName);
  reading.requestCompression = request;
  reading.responseCompression = response;
  reading.error = error;
}
