import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError } from '@connectrpc/connect';
import { messageTooLarge } from '../call/errors.ts';
import { decodeMessage } from '../call/message-coding.ts';
import type { RequestCall, RequestReader } from '../call/request-reader.ts';
import { bodyFlags } from './unary-request.ts';

const encoder = new TextEncoder();

/**
 * The request of a unary Connect call by GET: the message is in the query, and the body is ignored
 * (https://connectrpc.com/docs/protocol#unary-get-request).
 */
export class GetRequest implements RequestReader {
  readonly #call: RequestCall;
  readonly timeoutAt = Number.POSITIVE_INFINITY;

  constructor(call: RequestCall) {
    this.#call = call;
  }

  onData(): void {}
  onEnd(): void {}
  stop(): void {}
  onTimeout(): void {}

  start(): void {
    const { stream, headers, config } = this.#call;
    stream.discard();
    this.#call.handleMessage(() => {
      const bytes = queryMessage(headers.query);
      if (bytes.length > config.maxMessageBytes) throw messageTooLarge(bytes.length, config.maxMessageBytes);
      return decodeMessage(this.#call, bodyFlags(this.#call), bytes);
    });
  }
}

function queryMessage(query: URLSearchParams): Uint8Array {
  const message = query.get('message') ?? '';
  if (query.get('base64') !== '1') return encoder.encode(message);
  try {
    return base64Decode(message);
  } catch {
    throw new ConnectError('the message in the query is not valid base64', Code.InvalidArgument);
  }
}
