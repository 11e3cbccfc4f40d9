import type { ConnectError } from '@connectrpc/connect';
import type { Stream } from '@example/http2';
import { openEndedServices } from '../calls/open-ended.ts';
import { silentClient } from '../calls/request-time.ts';
import type { CallServer } from './call.ts';
import type { CallHead } from './call-head.ts';
import { GrpcCall } from './grpc-call.ts';
import type { Method, Request } from './method.ts';
import { RequestMessages } from './request-messages.ts';

/** A gRPC call whose request is a stream of messages. */
export abstract class ManyRequestsCall extends GrpcCall {
  readonly #requests: RequestMessages<Request>;
  readonly #gapMs: number;

  constructor(server: CallServer, stream: Stream, method: Method, peer: string, head: CallHead) {
    super(server, stream, method, peer, head);
    const { maxMessageBytes, messageGapMs } = server.config;
    this.#gapMs = openEndedServices.has(method.desc.parent.typeName) ? Number.POSITIVE_INFINITY : messageGapMs;
    this.#requests = new RequestMessages<Request>({
      maxMessageBytes,
      decode: (flags, bytes) => this.messages.decode(flags, bytes),
      consume: (bytes) => stream.consume(bytes),
      readAhead: () => stream.readAhead(),
      discard: () => stream.discard(),
    });
  }

  /** Answers the requests. */
  protected abstract handle(requests: AsyncIterable<Request>): void;

  protected onAdmitted(): void {
    this.handle(this.#requests);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.requestBytes += end - start;
    if (!this.isOver) this.#requests.push(chunk, start, end);
  }

  onEnd(): void {
    this.#requests.end();
  }

  protected override onOver(reason: ConnectError): void {
    super.onOver(reason);
    this.#requests.interrupt(reason);
  }

  /** It is looked at again when the reader can have begun to wait. */
  protected get silenceEndsAt(): number {
    return (this.#requests.waitingSince ?? performance.now()) + this.#gapMs;
  }

  protected onSilence(): void {
    this.#requests.interrupt(silentClient(this.#gapMs));
  }
}
