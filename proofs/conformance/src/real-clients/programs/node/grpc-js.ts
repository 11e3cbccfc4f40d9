// grpc-js as a client.
import { once } from 'node:events';
import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { Client, type ClientDuplexStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  SimpleRequestSchema,
  SimpleResponseSchema,
  type StreamingOutputCallRequest,
  StreamingOutputCallRequestSchema,
  type StreamingOutputCallResponse,
  StreamingOutputCallResponseSchema,
} from '../../../gen/grpc/testing/messages_pb.ts';
import { TestService } from '../../../gen/grpc/testing/test_pb.ts';
import { barrierHeader } from '../../checks.ts';
import { type Calls, endlessRequest, expectLength, lengthOf, simpleRequest, streamRequest } from '../calls.ts';
import { runChecks } from './run-checks.ts';

const timeoutMs = 60_000;

const path = (method: string) => `/${TestService.typeName}/${method}`;
const write =
  <T extends DescMessage>(schema: T) =>
  (message: MessageShape<T>) =>
    Buffer.from(toBinary(schema, message));
const read =
  <T extends DescMessage>(schema: T) =>
  (bytes: Buffer) =>
    fromBinary(schema, bytes);

function grpcJsCalls(client: Client): Calls {
  const deadline = () => ({ deadline: Date.now() + timeoutMs });
  const duplex = (): ClientDuplexStream<StreamingOutputCallRequest, StreamingOutputCallResponse> =>
    client.makeBidiStreamRequest(
      path('FullDuplexCall'),
      write(StreamingOutputCallRequestSchema),
      read(StreamingOutputCallResponseSchema),
      new Metadata(),
      deadline(),
    );
  return {
    unary: (check) =>
      new Promise((resolve, reject) => {
        const metadata = new Metadata();
        metadata.set(barrierHeader, `${check.barrier}`);
        client.makeUnaryRequest(
          path('UnaryCall'),
          write(SimpleRequestSchema),
          read(SimpleResponseSchema),
          simpleRequest(check),
          metadata,
          deadline(),
          (error, response) => {
            if (error !== null) return reject(error);
            try {
              resolve(expectLength(response?.payload, check.responseBytes));
            } catch (unexpected) {
              reject(unexpected);
            }
          },
        );
      }),

    async messages(check) {
      const call = duplex();
      const sent = (async () => {
        for (let index = 0; index < check.count; index++) {
          if (!call.write(streamRequest(check, index))) await once(call, 'drain');
        }
        call.end();
      })();
      let received = 0;
      for await (const { payload } of call as AsyncIterable<StreamingOutputCallResponse>) {
        expectLength(payload, lengthOf(check, received++));
      }
      await sent;
      if (received !== check.count) throw new Error(`${received} messages were received`);
    },

    async cancellable() {
      const call = duplex();
      call.write(endlessRequest());
      await once(call, 'data');
      return async () => {
        const ended = once(call, 'error') as Promise<[ServiceError]>;
        call.cancel();
        const [{ code }] = await ended;
        if (code !== status.CANCELLED) throw new Error(`a cancelled call ended with ${code}`);
      };
    },
  };
}

await runChecks((address) => grpcJsCalls(new Client(address, credentials.createInsecure())));
process.exit();
