import { runOneOf, type Streams } from '@example/kit/command-line';
import { clientSuite, serverSuite } from './connect-suite/command.ts';
import { generate } from './generate.ts';
import { grpcInterop } from './grpc-interop/command.ts';
import { h2spec } from './h2spec/command.ts';
import { openApi } from './openapi/schemathesis.ts';
import { realClientsSuite } from './real-clients/command.ts';

const usage = `Runs suites and clients of other authors against our server, and suites against our client.

  pnpm conformance server         connectconformance, the suite of the Connect authors
  pnpm conformance client         the same for our client
  pnpm conformance grpc-interop   the interop client of grpc-go
  pnpm conformance h2spec         h2spec --strict, HTTP/2 without and with TLS
  pnpm conformance openapi        schemathesis, with our OpenAPI document
  pnpm conformance real-clients   grpc-go, grpcio, grpc-js, connect-node, curl, Chromium, grpc-web and Envoy
  pnpm conformance generate       generates the code of the services that suites call, after an update of a suite

Each command has --help.
`;

const commands = {
  server: serverSuite,
  client: clientSuite,
  'grpc-interop': grpcInterop,
  h2spec,
  openapi: openApi,
  'real-clients': realClientsSuite,
  generate,
};

/** Runs `pnpm conformance`. @returns the exit code */
export async function runConformance(args: readonly string[], streams: Streams): Promise<number> {
  return await runOneOf(commands, usage, args, streams);
}
