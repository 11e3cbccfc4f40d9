// The client that connectconformance starts. connectconformance writes the calls to make to its standard input, and
// reads their results from its standard output.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  ClientCompatResponseSchema,
  ClientErrorResultSchema,
} from '../gen/connectrpc/conformance/v1/client_compat_pb.ts';
import { delimited, readDelimited } from './delimited.ts';
import { requestedCall } from './requested-call.ts';
import { requestedTransport } from './requested-transport.ts';

/** The number of concurrent calls. With more, two cores are too busy for the cases with deadlines. */
const callsAtOnce = 8;

async function run(request: ClientCompatRequest): Promise<void> {
  const { testName } = request;
  const response = create(ClientCompatResponseSchema, { testName });
  try {
    const transport = requestedTransport(request);
    response.result = { case: 'response', value: await requestedCall(transport, request) };
    transport.close();
  } catch (error) {
    // This is an error of this program, not of a call.
    response.result = { case: 'error', value: create(ClientErrorResultSchema, { message: `${error}` }) };
  }
  process.stdout.write(delimited(toBinary(ClientCompatResponseSchema, response)));
}

const running = new Set<Promise<void>>();
for await (const message of readDelimited(process.stdin)) {
  if (running.size === callsAtOnce) await Promise.race(running);
  const call = run(fromBinary(ClientCompatRequestSchema, message)).finally(() => running.delete(call));
  running.add(call);
}
