// The script of the page of grpc-web-client.ts: Google's grpc-web client in its default text mode.
import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { type ClientReadableStream, GrpcWebClientBase, MethodDescriptor } from 'grpc-web';
import {
  SimpleRequestSchema,
  SimpleResponseSchema,
  StreamingOutputCallRequestSchema,
  StreamingOutputCallResponseSchema,
} from '../../../gen/grpc/testing/messages_pb.ts';
import { TestService } from '../../../gen/grpc/testing/test_pb.ts';
import { barrierHeader, type Check } from '../../checks.ts';
import {
  type Calls,
  endlessRequest,
  expectLength,
  lengthOf,
  outputRequest,
  runCheck,
  simpleRequest,
} from '../calls.ts';

/** TypeScript checks this repository with the types of Node, which lack the globals of browsers. */
declare const location: { readonly origin: string };

const client = new GrpcWebClientBase();

/** The descriptor of a method that the generator of grpc-web would produce. */
function method<I extends DescMessage, O extends DescMessage>(name: string, type: string, input: I, output: O) {
  return new MethodDescriptor<MessageShape<I>, MessageShape<O>>(
    `${location.origin}/${TestService.typeName}/${name}`,
    type,
    // The client requires a message class, but does not use it. Messages of protobuf-es have no class.
    Object as never,
    Object as never,
    (message: MessageShape<I>) => toBinary(input, message),
    (bytes: Uint8Array) => fromBinary(output, bytes),
  );
}

const unaryCall = method('UnaryCall', 'unary', SimpleRequestSchema, SimpleResponseSchema);
const outputCall = method(
  'StreamingOutputCall',
  'server_streaming',
  StreamingOutputCallRequestSchema,
  StreamingOutputCallResponseSchema,
);

function startOutput(request: MessageShape<typeof StreamingOutputCallRequestSchema>) {
  return client.serverStreaming(outputCall.getName(), request, {}, outputCall);
}

const calls: Calls = {
  async unary(check) {
    const metadata = { [barrierHeader]: `${check.barrier}` };
    const { payload } = await client.unaryCall(unaryCall.getName(), simpleRequest(check), metadata, unaryCall);
    expectLength(payload, check.responseBytes);
  },

  async messages(check) {
    const stream = startOutput(outputRequest(check));
    let received = 0;
    await ended(
      stream.on('data', ({ payload }) => {
        expectLength(payload, lengthOf(check, received++));
      }),
    );
    if (received !== check.count) throw new Error(`${received} messages were received`);
  },

  async cancellable() {
    const stream = startOutput(endlessRequest());
    await new Promise<void>((resolve, reject) => stream.on('data', () => resolve()).on('error', reject));
    return async () => stream.cancel();
  },
};

function ended(stream: ClientReadableStream<unknown>): Promise<void> {
  return new Promise((resolve, reject) => stream.on('end', () => resolve()).on('error', reject));
}

Object.assign(globalThis, { runCheck: (check: Check) => runCheck(calls, check) });
