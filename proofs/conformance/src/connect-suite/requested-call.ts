import { create, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { type Any, anyUnpack } from '@bufbuild/protobuf/wkt';
import { type CallOptions, type Client, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  type ClientCompatRequest,
  type ClientResponseResult,
  ClientResponseResultSchema,
} from '../gen/connectrpc/conformance/v1/client_compat_pb.ts';
import { StreamType } from '../gen/connectrpc/conformance/v1/config_pb.ts';
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  ConformanceService,
  ErrorSchema,
  type Header,
  HeaderSchema,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from '../gen/connectrpc/conformance/v1/service_pb.ts';

/**
 * Makes the call that the suite requests, as a user of `createClient` would. @returns the observed result of the call
 */
export async function requestedCall(transport: Transport, request: ClientCompatRequest): Promise<ClientResponseResult> {
  const call = new RequestedCall(request, createClient(ConformanceService, transport));
  try {
    await call.run();
  } catch (error) {
    call.onError(ConnectError.from(error));
  }
  return call.result;
}

class RequestedCall {
  readonly result = create(ClientResponseResultSchema);
  readonly #request: ClientCompatRequest;
  readonly #client: Client<typeof ConformanceService>;
  readonly #controller = new AbortController();
  readonly #options: CallOptions;

  constructor(request: ClientCompatRequest, client: Client<typeof ConformanceService>) {
    this.#request = request;
    this.#client = client;
    const headers = new Headers();
    for (const { name, value } of request.requestHeaders) for (const each of value) headers.append(name, each);
    this.#options = {
      headers,
      signal: this.#controller.signal,
      ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
      onHeader: (received) => {
        this.result.responseHeaders = toPairs(received);
      },
      onTrailer: (received) => {
        this.result.responseTrailers = toPairs(received);
      },
    };
  }

  async run(): Promise<void> {
    switch (this.#request.method) {
      case 'Unary':
        return await this.#unary(UnaryRequestSchema, (message) => this.#client.unary(message, this.#options));
      case 'IdempotentUnary':
        return await this.#unary(IdempotentUnaryRequestSchema, (message) =>
          this.#client.idempotentUnary(message, this.#options),
        );
      case 'Unimplemented':
        await this.#client.unimplemented(this.#single(UnimplementedRequestSchema), this.#options);
        return;
      case 'ServerStream':
        return await this.#serverStream();
      case 'ClientStream':
        return await this.#clientStream();
      case 'BidiStream':
        return await this.#bidiStream();
      default:
        throw new Error(`unknown method ${this.#request.method}`);
    }
  }

  onError(error: ConnectError): void {
    this.result.error = create(ErrorSchema, {
      code: error.code as number,
      message: error.rawMessage,
      details: error.details.flatMap((detail) =>
        'type' in detail ? [{ typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value }] : [],
      ),
    });
    // The metadata of an error contains both headers and trailers.
    if (this.result.responseHeaders.length === 0) this.result.responseHeaders = toPairs(error.metadata);
    if (this.result.responseTrailers.length === 0) this.result.responseTrailers = toPairs(error.metadata);
  }

  async #unary<I extends DescMessage>(
    schema: I,
    call: (message: MessageInitShape<I>) => Promise<{ readonly payload?: ConformancePayload | undefined }>,
  ): Promise<void> {
    await this.#delay();
    this.#cancelLater();
    const { payload } = await call(this.#single(schema) as MessageInitShape<I>);
    this.#add(payload);
  }

  async #serverStream(): Promise<void> {
    await this.#delay();
    const responses = this.#client.serverStream(this.#single(ServerStreamRequestSchema), this.#options);
    this.#cancelLater();
    for await (const { payload } of responses) this.#add(payload);
  }

  async #clientStream(): Promise<void> {
    const { payload } = await this.#client.clientStream(this.#clientMessages(), this.#options);
    this.#add(payload);
  }

  async *#clientMessages(): AsyncGenerator<MessageShape<typeof ClientStreamRequestSchema>> {
    for (const message of this.#messages(ClientStreamRequestSchema)) {
      await this.#delay();
      yield message;
    }
    this.#onClose();
  }

  async #bidiStream(): Promise<void> {
    const isFullDuplex = this.#request.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM;
    // In full duplex, each message is sent after the response to the previous one.
    let answered = Promise.withResolvers<void>();
    const messages = this.#messages(BidiStreamRequestSchema);
    const delay = () => this.#delay();
    const onClose = () => this.#onClose();
    const cancelFirst = () => {
      if (this.#cancelTiming.case === 'afterNumResponses' && this.#cancelTiming.value === 0) this.#controller.abort();
    };
    async function* requests() {
      for (const [index, message] of messages.entries()) {
        if (isFullDuplex && index > 0) await answered.promise;
        answered = Promise.withResolvers();
        await delay();
        yield message;
        if (isFullDuplex) cancelFirst();
      }
      if (isFullDuplex && messages.length > 0) await answered.promise;
      onClose();
      cancelFirst();
    }
    try {
      for await (const { payload } of this.#client.bidiStream(requests(), this.#options)) {
        this.#add(payload);
        answered.resolve();
      }
    } finally {
      answered.resolve();
    }
  }

  get #cancelTiming() {
    return this.#request.cancel?.cancelTiming ?? { case: undefined };
  }

  #add(payload: ConformancePayload | undefined): void {
    this.result.payloads.push(payload ?? create(ConformancePayloadSchema));
    const timing = this.#cancelTiming;
    if (timing.case === 'afterNumResponses' && timing.value === this.result.payloads.length) this.#controller.abort();
  }

  /** The whole request has been sent, except its end. */
  #onClose(): void {
    if (this.#cancelTiming.case === 'beforeCloseSend') this.#controller.abort();
    else this.#cancelLater();
  }

  #cancelLater(): void {
    const timing = this.#cancelTiming;
    if (timing.case === 'afterCloseSendMs') setTimeout(() => this.#controller.abort(), timing.value);
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#request.requestDelayMs));
  }

  #messages<I extends DescMessage>(schema: I): MessageShape<I>[] {
    return this.#request.requestMessages.map((any) => unpack(any, schema));
  }

  #single<I extends DescMessage>(schema: I): MessageShape<I> {
    const [message] = this.#messages(schema);
    if (message === undefined) throw new Error('the suite has sent no message');
    return message;
  }
}

function unpack<I extends DescMessage>(any: Any, schema: I): MessageShape<I> {
  const message = anyUnpack(any, schema);
  if (message === undefined) throw new Error(`not a ${schema.typeName}: ${any.typeUrl}`);
  return message;
}

function toPairs(headers: Headers): Header[] {
  return [...headers].map(([name, value]) => create(HeaderSchema, { name, value: value.split(', ') }));
}
