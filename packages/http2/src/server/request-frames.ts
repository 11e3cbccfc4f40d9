import type { ConnectionOptions } from '../api.ts';
import type { ConnectionParts } from '../connection/role.ts';
import { StreamFrames } from '../connection/stream-frames.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { EncodedHeaderBlock } from '../frames/header-block-assembler.ts';
import type { HeaderBlock } from '../headers/header-block.ts';
import { sharedHeaderList } from '../headers/header-list.ts';
import type { ServerStream } from './server-stream.ts';
import type { ServerStreams } from './server-streams.ts';

/** RFC 6585, section 5: Request Header Fields Too Large. */
const headersTooLarge = sharedHeaderList([[':status', '431']]);

/** Turns the frames of streams into requests. */
export class RequestFrames extends StreamFrames<ServerStream> {
  readonly #streams: ServerStreams;
  readonly #accept: ConnectionOptions['accept'];

  constructor(streams: ServerStreams, parts: ConnectionParts, accept: ConnectionOptions['accept']) {
    super(streams, parts);
    this.#streams = streams;
    this.#accept = accept;
  }

  protected onBlock({ streamId, endStream, isSelfDependent }: EncodedHeaderBlock, block: HeaderBlock): void {
    if (this.#streams.isIdle(streamId)) this.#onRequest(streamId, block, endStream, isSelfDependent);
    else this.onTrailers(streamId, block, endStream);
  }

  #onRequest(streamId: number, block: HeaderBlock, endStream: boolean, isSelfDependent: boolean): void {
    const streams = this.#streams;
    const { headers } = block;
    streams.onOpened(streamId);
    if (streams.isIgnored(streamId)) return;
    if (streams.size >= this.parts.limits.concurrentStreams) {
      streams.refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (!block.isTooLarge && !block.isRequest) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    // RFC 7540, section 5.3.1, and RFC 9113, section 8.1.1.
    if (isSelfDependent || (endStream && headers.contentLength > 0)) {
      streams.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      return;
    }

    const stream = streams.accept(streamId, headers, endStream);
    if (block.isTooLarge) {
      stream.sendHeaders(headersTooLarge, true);
      return;
    }
    stream.start(this.#accept(stream, headers));
    if (endStream && !stream.closed) stream.onEnd(undefined);
  }
}
