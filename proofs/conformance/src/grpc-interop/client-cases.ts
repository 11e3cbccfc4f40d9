import assert from 'node:assert/strict';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { TestService, UnimplementedService } from '../gen/grpc/testing/test_pb.ts';

/**
 * The cases that grpc-go's client has, made by our client, by name
 * (https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md).
 */
export const clientCases: Readonly<Record<string, (transport: Transport) => Promise<void>>> = {
  async empty_unary(transport) {
    await test(transport).emptyCall({});
  },

  async large_unary(transport) {
    const { payload } = await test(transport).unaryCall({ responseSize: 314_159, payload: zeros(271_828) });
    assert.equal(payload?.body.length, 314_159);
  },

  async client_streaming(transport) {
    const sizes = [27_182, 8, 1_828, 45_904];
    const { aggregatedPayloadSize } = await test(transport).streamingInputCall(
      each(sizes.map((size) => ({ payload: zeros(size) }))),
    );
    assert.equal(aggregatedPayloadSize, 74_922);
  },

  async server_streaming(transport) {
    const responseParameters = responseSizes.map((size) => ({ size }));
    const received: (number | undefined)[] = [];
    for await (const { payload } of test(transport).streamingOutputCall({ responseParameters })) {
      received.push(payload?.body.length);
    }
    assert.deepEqual(received, responseSizes);
  },

  async ping_pong(transport) {
    let mayGoOn = Promise.withResolvers<void>();
    async function* requests() {
      for (const [index, size] of responseSizes.entries()) {
        mayGoOn = Promise.withResolvers();
        yield { responseParameters: [{ size }], payload: zeros(requestSizes[index] as number) };
        await mayGoOn.promise;
      }
    }
    const received: (number | undefined)[] = [];
    for await (const { payload } of test(transport).fullDuplexCall(requests())) {
      received.push(payload?.body.length);
      mayGoOn.resolve();
    }
    assert.deepEqual(received, responseSizes);
  },

  async empty_stream(transport) {
    for await (const _ of test(transport).fullDuplexCall(each([]))) assert.fail('a response to no request');
  },

  async custom_metadata(transport) {
    const initial = ['x-grpc-test-echo-initial', 'test_initial_metadata_value'] as const;
    const trailing = ['x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]).toString('base64')] as const;
    const seen: (string | null)[] = [];
    const options = {
      headers: [initial, trailing].map(([name, value]): [string, string] => [name, value]),
      onHeader: (header: Headers) => seen.push(header.get(initial[0])),
      onTrailer: (trailer: Headers) => seen.push(trailer.get(trailing[0])),
    };
    await test(transport).unaryCall({ responseSize: 1, payload: zeros(1) }, options);
    const request = { responseParameters: [{ size: 1 }], payload: zeros(1) };
    for await (const _ of test(transport).fullDuplexCall(each([request]), options));
    assert.deepEqual(seen, [initial[1], trailing[1], initial[1], trailing[1]]);
  },

  async status_code_and_message(transport) {
    const responseStatus = { code: 2, message: 'test status message' };
    await failsWith(test(transport).unaryCall({ responseStatus }), Code.Unknown, responseStatus.message);
    const stream = test(transport).fullDuplexCall(each([{ responseStatus }]));
    await failsWith(drain(stream), Code.Unknown, responseStatus.message);
  },

  async special_status_message(transport) {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    await failsWith(test(transport).unaryCall({ responseStatus: { code: 2, message } }), Code.Unknown, message);
  },

  async unimplemented_method(transport) {
    await failsWith(test(transport).unimplementedCall({}), Code.Unimplemented);
  },

  async unimplemented_service(transport) {
    await failsWith(createClient(UnimplementedService, transport).unimplementedCall({}), Code.Unimplemented);
  },

  async cancel_after_begin(transport) {
    const controller = new AbortController();
    async function* never() {
      await new Promise(() => {});
      yield {};
    }
    const call = test(transport).streamingInputCall(never(), { signal: controller.signal });
    controller.abort();
    await failsWith(call, Code.Canceled);
  },

  async cancel_after_first_response(transport) {
    const controller = new AbortController();
    async function* one() {
      yield { responseParameters: [{ size: 31_415 }], payload: zeros(27_182) };
      await new Promise(() => {});
    }
    const call = async () => {
      for await (const _ of test(transport).fullDuplexCall(one(), { signal: controller.signal })) controller.abort();
    };
    await failsWith(call(), Code.Canceled);
  },

  async timeout_on_sleeping_server(transport) {
    async function* one() {
      yield { payload: zeros(27_182), responseParameters: [{ size: 31_415, intervalUs: 1_000_000 }] };
      await new Promise(() => {});
    }
    await failsWith(drain(test(transport).fullDuplexCall(one(), { timeoutMs: 1 })), Code.DeadlineExceeded);
  },
};

const responseSizes = [31_415, 9, 2_653, 58_979];
const requestSizes = [27_182, 8, 1_828, 45_904];

function test(transport: Transport): Client<typeof TestService> {
  return createClient(TestService, transport);
}

function zeros(size: number) {
  return { body: new Uint8Array(size) };
}

async function* each<T>(messages: readonly T[]) {
  yield* messages;
}

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

async function failsWith(call: Promise<unknown>, code: Code, message?: string): Promise<void> {
  const error = await call.then(() => assert.fail('the call succeeded'), ConnectError.from);
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.equal(error.rawMessage, message);
}
