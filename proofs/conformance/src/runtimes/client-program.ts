// The client, for Bun and Deno: calls the server of the interop cases, and one in its process for retries. Prints each
// case as a line of JSON, with its failure if there is one.
//
//   client-program.ts TARGET [CA_FILE]
import assert from 'node:assert/strict';
import { Code, createClient } from '@connectrpc/connect';
import { createTransport } from '@example/rpc-client';
import { createInProcess } from '@example/rpc-client/testing';
import { TestService } from '../gen/grpc/testing/test_pb.ts';
import { clientCases } from '../grpc-interop/client-cases.ts';

const [target = '', ca] = process.argv.slice(2);

async function run(name: string, test: () => Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('did not end within 10 s')), 10_000);
  const failure = await Promise.race([test(), late.promise]).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  clearTimeout(timer);
  process.stdout.write(`${JSON.stringify({ name, failure })}\n`);
}

const all = Object.keys(clientCases);
/** HTTP/1.1 sends the whole request before the response is read. */
const halfDuplex = ['empty_unary', 'large_unary', 'client_streaming', 'server_streaming'];

for (const [protocol, httpVersion, cases] of [
  ['grpc', '2', all],
  ['grpc-web', '2', all],
  ['connect', '2', all],
  ['grpc-web', '1.1', halfDuplex],
  ['connect', '1.1', halfDuplex],
] as const) {
  const transport = createTransport({ target, protocol, httpVersion, tls: ca === undefined ? undefined : { ca } });
  for (const name of cases) {
    await run(`${protocol} HTTP/${httpVersion} ${name}`, async () => await clientCases[name]?.(transport));
  }
  transport.close();
}

await run('retries', async () => {
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: '0.05s',
    maxBackoff: '1s',
    backoffMultiplier: 2,
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  const { transport, faults } = createInProcess((router) => router.service(TestService, { emptyCall: () => ({}) }), {
    serviceConfig: { methodConfig: [{ name: [{}], retryPolicy }] },
  });
  faults.failNext(Code.Unavailable, Code.Unavailable);
  await createClient(TestService, transport).emptyCall({});
  assert.equal(faults.attempts, 3);
  transport.close();
});
