import { conformanceServer } from '../conformance/conformance-suite.ts';
import { generate } from '../generate.ts';
import { h2spec } from '../h2spec/h2spec-suite.ts';
import { interop } from '../interop/interop-suite.ts';
import { realClientsSuite } from '../real-clients/real-clients-suite.ts';
import { type Command, runCommand } from './command.ts';

const usage = `Runs outside suites against our servers.

  pnpm conformance server         connectconformance, the suite of the Connect authors
  pnpm conformance interop        grpc-go's interop client
  pnpm conformance h2spec         h2spec --strict, the suite of summerwind; --tls over TLS
  pnpm conformance real-clients   grpc-go, grpcio, grpc-js, connect-node, curl, Chromium and Envoy
  pnpm conformance generate       the code of the services that those call, after a new version of them

Each has --help.
`;

const commands: Readonly<Record<string, Command>> = {
  server: conformanceServer,
  interop,
  h2spec,
  'real-clients': realClientsSuite,
  generate,
};

/**
 * `pnpm conformance`
 *
 * @returns the exit code
 */
export async function runConformance(
  [name = '', ...args]: readonly string[],
  streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
): Promise<number> {
  const command = commands[name];
  if (command !== undefined) return await runCommand(command, args, streams);
  const isAsked = name === '--help' || name === '-h';
  streams[isAsked ? 'stdout' : 'stderr'].write(usage);
  return isAsked ? 0 : 1;
}
