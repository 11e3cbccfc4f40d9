import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError } from '@connectrpc/connect';
import { messageTooLarge } from '@example/rpc-core';
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
    const { stream, headers, maxRequestBytes } = this.#call;
    stream.discard();
    this.#call.handleMessage(() => {
      const bytes = queryMessage(headers.query, stream.headers.path);
      if (bytes.length > maxRequestBytes) throw messageTooLarge(bytes.length, maxRequestBytes);
      return decodeMessage(this.#call, bodyFlags(this.#call), bytes);
    });
  }
}

/** @param target contains the query as it was sent */
function queryMessage(query: URLSearchParams, target: string): Uint8Array {
  const message = query.get('message') ?? '';
  if (query.get('base64') !== '1') {
    // URLSearchParams replaces invalid UTF-8 with a replacement character.
    if (message.includes('\ufffd') && !isPercentEncodedUtf8(target)) {
      throw new ConnectError('the message in the query is not valid UTF-8', Code.InvalidArgument);
    }
    return encoder.encode(message);
  }
  // A `+` that is not percent-encoded has become a blank, which base64Decode would ignore.
  if (message.includes(' ')) throw invalidBase64();
  try {
    return base64Decode(message);
  } catch {
    throw invalidBase64();
  }
}

function invalidBase64(): ConnectError {
  return new ConnectError('the message in the query is not valid base64', Code.InvalidArgument);
}

function isPercentEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
