import type { ConnectionParts } from '../connection/role.ts';
import { StreamFrames } from '../connection/stream-frames.ts';
import { ErrorCode } from '../errors/error-code.ts';
import type { EncodedHeaderBlock } from '../frames/header-block-assembler.ts';
import type { HeaderBlock } from '../headers/header-block.ts';
import type { ClientStream } from './client-stream.ts';
import type { ClientStreams } from './client-streams.ts';

/** The number of informational responses (1xx) that one request may receive. The next one resets the stream. */
const maxInformational = 16;

/** Turns the frames of streams into responses. */
export class ResponseFrames extends StreamFrames<ClientStream> {
  readonly #streams: ClientStreams;

  constructor(streams: ClientStreams, parts: ConnectionParts) {
    super(streams, parts);
    this.#streams = streams;
  }

  protected onBlock({ streamId, endStream }: EncodedHeaderBlock, block: HeaderBlock): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.acceptsData) this.onTrailers(streamId, block, endStream);
    else this.#onHeaders(stream, block, endStream);
  }

  #onHeaders(stream: ClientStream, block: HeaderBlock, endStream: boolean): void {
    const { headers } = block;
    const error = headersError(stream, block, endStream);
    if (error !== undefined) {
      this.#streams.resetForViolation(stream, error);
      return;
    }
    if (headers.status < 200) return;
    if (!stream.takeHeaders(headers, endStream)) {
      this.#streams.resetForViolation(stream, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    stream.onHeaders(headers);
    if (!endStream || stream.closed) return;
    this.parts.inbound.onPeerEnd(stream.receive);
    this.#streams.onPeerEnd(stream, undefined);
  }
}

/** @returns the error code to reset the stream with, if the headers are invalid */
function headersError(stream: ClientStream, block: HeaderBlock, endStream: boolean): number | undefined {
  if (block.isTooLarge) return ErrorCode.ENHANCE_YOUR_CALM;
  if (!block.isResponse) return ErrorCode.PROTOCOL_ERROR;
  const { status } = block.headers;
  if (status >= 200) return undefined;
  // RFC 9113, section 8.6: 101 does not exist in HTTP/2. Section 8.1: an informational response does not end a stream.
  if (status === 101 || endStream) return ErrorCode.PROTOCOL_ERROR;
  stream.informational++;
  return stream.informational > maxInformational ? ErrorCode.ENHANCE_YOUR_CALM : undefined;
}
