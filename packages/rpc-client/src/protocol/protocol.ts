import type { DescMethod } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import type { Compression } from '@connectrpc/connect/protocol';
import type { HeaderList } from '@example/http2';

export type Fields = readonly (readonly [name: string, value: string])[];

export type CodecName = 'proto' | 'json';

/** The options of a transport that determine header fields of its requests. */
export interface RequestOptions {
  readonly codec: CodecName;
  /** The compression of messages of at least `compressMinBytes`. */
  readonly sendCompression: Compression | undefined;
  readonly compressMinBytes: number;
  /** The accepted compressions, in the order of preference. */
  readonly acceptCompression: readonly Compression[];
}

/** The parts of the headers of a response other than metadata. */
export interface ResponseHead {
  /** The algorithm of compressed messages. */
  readonly compression: Compression | undefined;
  /** Only in unary calls of Connect, if the body is an error: the error to report if the body cannot be read. */
  readonly unaryError?: ConnectError | undefined;
}

/** How a response has ended. */
export interface ResponseEnd {
  /** The error; undefined for success. Its metadata contains both headers and trailers. */
  readonly error: ConnectError | undefined;
  readonly trailers: () => Headers;
}

/** How one kind of calls is represented on the wire. */
export interface Protocol {
  readonly name: 'grpc' | 'grpc-web' | 'connect';
  /** Whether messages are in envelopes. Otherwise the body is the only message. */
  readonly isEnveloped: boolean;
  /** The flag of the envelope that ends a response; 0 if trailers end it. */
  readonly endFlag: number;

  /** The fields that all requests of a method have, without pseudo-header fields. */
  requestFields(options: RequestOptions): Fields;

  /** @param ms an integer of at least 1, in milliseconds */
  timeoutField(ms: number): Fields[number];

  /** @throws {ConnectError} when it is not a response of this protocol, or has an unknown compression */
  readHead(headers: HeaderList, desc: DescMethod, options: RequestOptions): ResponseHead;

  /** The metadata of the headers. */
  headersOf(headers: HeaderList): Headers;

  /** @throws {ConnectError} when the envelope is not valid */
  readEndEnvelope(bytes: Uint8Array, headers: HeaderList): ResponseEnd;

  /** The end of a response without an end envelope. @param hasMessage whether there was a message */
  readEnd(headers: HeaderList, trailers: HeaderList | undefined, hasMessage: boolean): ResponseEnd;
}
