import { buildProgram, outsideModule } from '@example/kit/toolchains';

/** The programs of the suites, by the package of each. */
const packages = {
  connectconformance: 'connectrpc.com/conformance/cmd/connectconformance',
  h2spec: 'github.com/summerwind/h2spec/cmd/h2spec',
  'interop-client': 'google.golang.org/grpc/interop/client',
  'interop-server': 'google.golang.org/grpc/interop/server',
};

/** @returns the path of the program. @throws {ToolchainMissingError} when the Go toolchain is missing */
export async function buildSuiteProgram(name: keyof typeof packages, signal: AbortSignal): Promise<string> {
  return await buildProgram(outsideModule, packages[name], name, signal);
}
