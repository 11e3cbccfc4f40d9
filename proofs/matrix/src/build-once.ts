import { join } from 'node:path';
import { root } from '@example/kit/root';
import { buildProgram, outsideModule } from '@example/kit/toolchains';

const built = new Map<string, Promise<string>>();

/**
 * Builds a Go program once.
 *
 * @param module the folder of its module, from the root of the repository
 * @returns its path
 * @throws {ToolchainMissingError}
 */
export function goProgram(module: string, packagePath: string, name: string): Promise<string> {
  return buildOnce(join(root, module), packagePath, name);
}

/** @returns the path of grpcurl. @throws {ToolchainMissingError} */
export function grpcurlProgram(): Promise<string> {
  return buildOnce(outsideModule, 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
}

function buildOnce(module: string, packagePath: string, name: string): Promise<string> {
  const program = built.get(name) ?? buildProgram(module, packagePath, name);
  built.set(name, program);
  return program;
}
