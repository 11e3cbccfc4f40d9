import type { ConnectError, MethodImplSpec } from '@connectrpc/connect';
import { invokeUnaryImplementation, mergeNonProtocolHeaders } from '@connectrpc/connect/protocol';
import { codeToHttpStatus, errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { type HeaderList, headerList, sharedHeaderList } from '@example/http2';
import { Call, type CallServer, type CallStream } from './call.ts';
import type { CallHead } from './call-head.ts';
import { CallMessages, compressedFlag, type Message } from './call-messages.ts';
import { toFields } from './metadata.ts';
import type { Answer, Method, Request } from './method.ts';

type UnarySpec = MethodImplSpec & { kind: 'unary' };
type Fields = [name: string, value: string][];

const nothing = new Uint8Array();
/** Names that handlers do not send. */
const ownHeaders = new Set(['content-type', 'content-encoding', 'x-request-id']);
/** Response headers that say nothing more, by codec. */
const plainHeaders = {
  proto: sharedHeaderList([
    [':status', '200'],
    ['content-type', 'application/proto'],
  ]),
  json: sharedHeaderList([
    [':status', '200'],
    ['content-type', 'application/json'],
  ]),
};

/** A unary call of the Connect protocol (https://connectrpc.com/docs/protocol#unary-request), whatever comes in. */
export abstract class ConnectUnaryCall extends Call {
  readonly protocolName = 'connect';
  readonly #messages: CallMessages;
  #status = 200;

  constructor(server: CallServer, stream: CallStream, method: Method, peer: string, head: CallHead) {
    super(server, stream, method, peer, head);
    this.#messages = new CallMessages(this, head);
  }

  /** Answers the request. */
  protected answer(bytes: Uint8Array): void {
    const flags = this.head.requestCompression === null ? 0 : compressedFlag;
    this.settle(
      () => this.#messages.decode(flags, bytes),
      (message) => this.#handle(message),
    );
  }

  #handle(message: Request): void {
    const spec = this.method.spec as UnarySpec;
    const { interceptors } = this.server;
    const invoke = () =>
      interceptors.length === 0
        ? spec.impl(message, this.context)
        : invokeUnaryImplementation(spec, this.context.whole(), message, [...interceptors]);
    this.settle(
      () => this.run(invoke),
      (answer: Answer) =>
        this.settle(
          () => this.#messages.encode(answer),
          (encoded) => this.#respond(encoded),
        ),
    );
  }

  #respond({ flags, bytes }: Message): void {
    const headers = this.#responseHeaders(flags === compressedFlag);
    this.responseBytes += bytes.length;
    this.succeed();
    this.stream.sendHeaders(headers);
    this.stream.sendData(nothing, bytes, true);
  }

  /** @throws {TypeError} for a field that HTTP/2 does not allow */
  #responseHeaders(isCompressed: boolean): HeaderList {
    const { codec, responseCompression } = this.head;
    const { givenHeader, givenTrailer } = this.context;
    if (!isCompressed && !givenHeader && !givenTrailer && !this.hasGivenId) return plainHeaders[codec];
    const fields: Fields = [
      [':status', '200'],
      ['content-type', `application/${codec}`],
    ];
    if (isCompressed && responseCompression !== null) fields.push(['content-encoding', responseCompression.name]);
    if (this.hasGivenId) fields.push(['x-request-id', this.requestId]);
    return headerList([...fields, ...this.#givenFields()]);
  }

  /** Connect has trailers among its headers. */
  #givenFields(): Fields {
    const { givenHeader, givenTrailer } = this.context;
    const trailers = toFields(givenTrailer).map(([name, value]): Fields[number] => [`trailer-${name}`, value]);
    return [...toFields(givenHeader, ownHeaders), ...trailers];
  }

  protected sendError(error: ConnectError): void {
    this.#status = codeToHttpStatus(error.code);
    const metadata = new Headers();
    mergeNonProtocolHeaders(metadata, error.metadata);
    const body = errorToJsonBytes(error, undefined);
    this.responseBytes += body.length;
    const fields: Fields = [
      [':status', `${this.#status}`],
      ['content-type', 'application/json'],
      ['x-request-id', this.requestId],
    ];
    this.stream.sendHeaders(headerList([...fields, ...this.#givenFields(), ...toFields(metadata)]));
    this.stream.sendData(nothing, body, true);
  }

  protected override get httpStatus(): number {
    return this.#status;
  }
}
