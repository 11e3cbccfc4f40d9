// connect-node as a client. PROTOCOL chooses the protocol.
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { TestService } from '../../../gen/grpc/testing/test_pb.ts';
import { barrierHeader, type Check } from '../../checks.ts';
import { type Calls, endlessRequest, expectLength, lengthOf, simpleRequest, streamRequest } from '../calls.ts';
import { runChecks } from './run-checks.ts';

const timeoutMs = 60_000;

/**
 * The memory limit of a session, in megabytes. With Node's default of 10, a client resets some of its large calls.
 * grpc-js raises the limit, too.
 */
const nodeOptions = { maxSessionMemory: 1_000 };

const transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  grpc: (baseUrl) => createGrpcTransport({ baseUrl, nodeOptions }),
  'grpc-web': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2', nodeOptions }),
  connect: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', nodeOptions }),
};

function connectCalls(transport: Transport): Calls {
  const client = createClient(TestService, transport);
  return {
    async unary(check) {
      const headers = { [barrierHeader]: `${check.barrier}` };
      const { payload } = await client.unaryCall(simpleRequest(check), { headers, timeoutMs });
      expectLength(payload, check.responseBytes);
    },

    async messages(check) {
      let received = 0;
      for await (const { payload } of client.fullDuplexCall(requests(check), { timeoutMs })) {
        expectLength(payload, lengthOf(check, received++));
      }
      if (received !== check.count) throw new Error(`${received} messages were received`);
    },

    async cancellable() {
      const cancelling = new AbortController();
      const { signal } = cancelling;
      const responses = client.fullDuplexCall(untilAborted(signal), { signal, timeoutMs });
      const iterator = responses[Symbol.asyncIterator]();
      await iterator.next();
      return async () => {
        cancelling.abort();
        const ended = await iterator.next().then(
          () => undefined,
          (reason: unknown) => ConnectError.from(reason),
        );
        if (ended?.code !== Code.Canceled) throw new Error(`a cancelled call ended with ${ended}`);
      };
    },
  };
}

async function* requests(check: Check) {
  for (let index = 0; index < check.count; index++) yield streamRequest(check, index);
}

async function* untilAborted(signal: AbortSignal) {
  yield endlessRequest();
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const makeTransport = transports[process.env['PROTOCOL'] ?? ''];
if (makeTransport === undefined) throw new TypeError(`PROTOCOL must be one of ${Object.keys(transports).join(', ')}`);
await runChecks((address) => connectCalls(makeTransport(`http://${address}`)));
process.exit();
