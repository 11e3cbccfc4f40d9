import { join } from 'node:path';
import { root } from '@example/kit/root';
import { buildGo } from '@example/kit/toolchains';

const built = new Map<string, Promise<string>>();

/** Builds a Go program once. @returns its path. @throws {ToolchainMissingError} */
export function goProgram(module: string, packagePath: string, name: string): Promise<string> {
  const program = built.get(name) ?? buildGo(join(root, module), packagePath, name);
  built.set(name, program);
  return program;
}

/** @returns the path of grpcurl. @throws {ToolchainMissingError} */
export function grpcurlProgram(): Promise<string> {
  return goProgram('tools', 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
}
