import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { createStore } from '../store.ts';
import type { TransportName } from './transport-names.ts';

/** A call that has ended. */
export interface CallRecord {
  readonly number: number;
  /** The path of the method, such as `user.v2.UserService/GetUser`. */
  readonly method: string;
  readonly transport: TransportName;
  /** `OK`, or the name of the error's code. */
  readonly status: string;
  /** The time from the start to the last message, in milliseconds. */
  readonly ms: number;
  /** The length of the request's body. */
  readonly requestBytes: number;
  /** The length of the response's body, as it was on the network. */
  readonly responseBytes: number;
}

const mostRecords = 200;

/** The last calls of the page, newest first. */
export const callLog = createStore<readonly CallRecord[]>([]);

/** The bytes of the bodies of one call. */
interface Bytes {
  request: number;
  response: number;
}

/** Counts the bytes and the time of each call of a transport. Pass both parts of the result to the same transport. */
export function meterCalls(transport: TransportName): {
  readonly interceptor: Interceptor;
  readonly fetch: typeof fetch;
} {
  /**
   * Works because the transport passes the header fields of the interceptor's request to `fetch` as the same object.
   */
  const bytesOf = new WeakMap<object, Bytes>();

  const interceptor: Interceptor = (next) => async (request) => {
    const bytes: Bytes = { request: 0, response: 0 };
    bytesOf.set(request.header, bytes);
    const started = performance.now();
    let isEnded = false;
    const end = (status: string) => {
      if (isEnded) return;
      isEnded = true;
      const [last] = callLog.get();
      const record: CallRecord = {
        number: (last?.number ?? 0) + 1,
        method: `${request.service.typeName}/${request.method.name}`,
        transport,
        status,
        ms: performance.now() - started,
        requestBytes: bytes.request,
        responseBytes: bytes.response,
      };
      callLog.set([record, ...callLog.get().slice(0, mostRecords - 1)]);
    };
    try {
      const response = await next(request);
      if (!response.stream) {
        end('OK');
        return response;
      }
      // A stream whose reader stops is never read to its end.
      request.signal.addEventListener('abort', () => end(statusOf(request.signal.reason)), { once: true });
      return { ...response, message: untilEnded(response.message, end) };
    } catch (error) {
      end(statusOf(error));
      throw error;
    }
  };

  const meteredFetch: typeof fetch = async (input, init) => {
    const bytes = init?.headers && bytesOf.get(init.headers);
    if (!bytes) return await fetch(input, init);
    if (init.body instanceof Uint8Array) bytes.request = init.body.byteLength;
    const response = await reach(input, init);
    const length = response.headers.get('content-length');
    // A response without content-length is not compressed either, so that its bytes can be counted as they arrive.
    if (length !== null) bytes.response = Number(length);
    else if (response.body !== null) return counted(response, response.body, bytes);
    return response;
  };

  return { interceptor, fetch: meteredFetch };
}

/** `fetch` rejects with a TypeError when it gets no response, or a response that the page's origin may not read. */
const reach: typeof fetch = async (input, init) => {
  try {
    return await fetch(input, init);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConnectError('no response', Code.Unavailable, undefined, undefined, error);
  }
};

async function* untilEnded<T>(messages: AsyncIterable<T>, end: (status: string) => void): AsyncGenerator<T> {
  try {
    yield* messages;
    end('OK');
  } catch (error) {
    end(statusOf(error));
    throw error;
  }
}

function statusOf(error: unknown): string {
  return Code[ConnectError.from(error).code];
}

function counted(response: Response, body: ReadableStream<Uint8Array>, bytes: Bytes): Response {
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes.response += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(counter), response);
}
