import type { ConnectError } from '@connectrpc/connect';
import { type HeaderList, headerList, sharedHeaderList } from '@example/http2';
import { compressions, type Envelope, envelopeHeader } from '@example/rpc-core';
import type { CodecName } from './codec.ts';
import { type Fields, sendableFields, toFields } from './metadata.ts';
import { type ResponseCall, type SharedResponse, type StreamResponse, serverFields } from './response.ts';

/** The header fields of the responses of a protocol. */
export interface EnvelopedHeaders {
  /** The content type without the name of the codec, such as `application/grpc+`. */
  readonly contentType: string;
  /** The field that names the compression, such as `grpc-encoding`. */
  readonly encoding: string;
  /**
   * The header lists of responses without further fields, by codec and compression. A connection encodes each of them
   * once.
   */
  readonly plain: Readonly<Record<CodecName, ReadonlyMap<string | undefined, HeaderList>>>;
  /** Fields that a handler cannot set. */
  readonly reserved: ReadonlySet<string>;
}

export function envelopedHeaders(contentType: string, encoding: string): EnvelopedHeaders {
  const plain = (codec: CodecName) =>
    new Map(
      [undefined, ...compressions.map(({ name }) => name)].map((compression) => {
        const fields: Fields = [
          [':status', '200'],
          ['content-type', `${contentType}${codec}`],
        ];
        if (compression !== undefined) fields.push([encoding, compression]);
        return [compression, sharedHeaderList(fields)];
      }),
    );
  return {
    contentType,
    encoding,
    plain: { proto: plain('proto'), json: plain('json') },
    reserved: new Set(['content-type', encoding, 'x-request-id']),
  };
}

/** A response that consists of one envelope. */
export function encodeEnveloped({ plain }: EnvelopedHeaders, codec: CodecName, envelope: Envelope): SharedResponse {
  const headers = plain[codec].get(undefined) as HeaderList;
  return { headers, body: Buffer.concat([envelopeHeader(envelope), envelope.bytes]) };
}

/**
 * A response that consists of envelopes, in gRPC, gRPC-Web and Connect streams. The protocols differ in the header
 * fields and in the end of the response.
 */
export abstract class EnvelopedResponse implements StreamResponse {
  readonly httpStatus = 200;
  protected readonly call: ResponseCall;
  readonly #headers: EnvelopedHeaders;
  protected hasSentHeaders = false;

  constructor(call: ResponseCall, headers: EnvelopedHeaders) {
    this.call = call;
    this.#headers = headers;
  }

  /** Encodes the successful end of the response, which may throw. @returns a function that sends it */
  protected abstract prepareEnd(): () => void;
  abstract fail(error: ConnectError): void;

  respond(message: Envelope): void {
    const headers = this.responseHeaders();
    const sendEnd = this.prepareEnd();
    this.call.succeed();
    this.call.stream.sendHeaders(headers);
    this.#sendEnvelope(message);
    sendEnd();
  }

  send(message: Envelope): boolean {
    this.sendHeaders();
    return this.#sendEnvelope(message);
  }

  end(): void {
    this.sendHeaders();
    const sendEnd = this.prepareEnd();
    this.call.succeed();
    sendEnd();
  }

  #sendEnvelope(message: Envelope): boolean {
    const header = envelopeHeader(message);
    this.call.responseBytes += header.length + message.bytes.length;
    return this.sendData(header, message.bytes);
  }

  protected sendData(header: Uint8Array, bytes: Uint8Array, isEnd = false): boolean {
    return this.call.stream.sendData(header, bytes, isEnd);
  }

  /** Sends the last envelope of the response. */
  protected sendLastEnvelope(envelope: Envelope): void {
    const header = envelopeHeader(envelope);
    this.call.responseBytes += header.length + envelope.bytes.length;
    this.sendData(header, envelope.bytes, true);
  }

  protected sendHeaders(isError = false): void {
    if (this.hasSentHeaders) return;
    const headers = this.responseHeaders(isError);
    this.hasSentHeaders = true;
    this.call.stream.sendHeaders(headers);
  }

  /** @throws {TypeError} when the handler has set a field that cannot be sent */
  protected responseHeaders(isError = false): HeaderList {
    const { headers, context, commonFields } = this.call;
    const compression = headers.responseCompression?.name;
    const isPlain = context.header === undefined && headers.requestId === undefined && commonFields === undefined;
    if (isPlain && !isError) return this.#headers.plain[headers.codec].get(compression) as HeaderList;
    const fields: Fields = [[':status', '200'], this.contentType()];
    if (compression !== undefined) fields.push([this.#headers.encoding, compression]);
    const own = toFields(context.header, this.#headers.reserved);
    return headerList([...fields, ...serverFields(this.call, isError), ...(isError ? sendableFields(own) : own)]);
  }

  protected contentType(): Fields[number] {
    return ['content-type', `${this.#headers.contentType}${this.call.headers.codec}`];
  }
}
