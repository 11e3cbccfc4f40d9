import { join } from 'node:path';
import { root } from '@example/kit/root';
import { installPython, toolsPython } from '@example/kit/toolchains';
import { run } from '@example/release';
import type { Project } from '../rehearsal.ts';

/** Runs the protoc of grpcio-tools in a project. @param folders with protos */
export async function protoc(project: Project, folders: readonly string[], ...args: readonly string[]): Promise<void> {
  installPython(toolsPython);
  const include = folders.flatMap((folder) => ['-I', folder]);
  await project.run(toolsPython.python, '-m', 'grpc_tools.protoc', ...include, ...args);
}

/** Builds protoc-gen-go. @returns the options of protoc for it */
export async function goPlugin({ folder }: Project): Promise<string[]> {
  const plugin = join(folder, 'protoc-gen-go');
  const build = ['build', '-o', plugin, 'google.golang.org/protobuf/cmd/protoc-gen-go'];
  await run('go', build, { cwd: join(root, 'tools/go') });
  return [`--plugin=${plugin}`, '--go_out=.', '--go_opt=paths=source_relative'];
}
