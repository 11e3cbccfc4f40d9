import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { needProgram, PythonEnvironment } from '@example/kit/toolchains';
import { goVersionFile, pythonVersionFile, type VersionFile } from './version-file.ts';

/** A language for which code is generated. */
export interface Language {
  readonly name: string;
  /** The templates of buf that generate the code of the language, and the folders of this code, from the root. */
  readonly outputs: readonly { readonly template: string; readonly folder: string }[];
  /**
   * The version file beside the generated code. The file of TypeScript is written by the build of the npm package
   * instead.
   */
  readonly versionFile?: VersionFile;
  /**
   * Installs the generators of the language.
   *
   * @throws {ToolchainMissingError}
   */
  prepare(root: string, print: (text: string) => void): void;
  /** Whether the generators are installed. If so, `prepare` downloads nothing. */
  isInstalled(root: string): boolean;
}

export const languages: readonly Language[] = [
  {
    name: 'TypeScript',
    outputs: [
      { template: 'buf.gen.yaml', folder: 'packages/protos/src/gen' },
      { template: 'tools/openapi/buf.gen.yaml', folder: 'packages/protos/openapi' },
      { template: 'packages/rpc-server/buf.gen.yaml', folder: 'packages/rpc-server/src/gen' },
      { template: 'proofs/matrix/vectors/buf.gen.ts.yaml', folder: 'proofs/matrix/src/gen' },
      { template: 'examples/grpc-js-server/buf.gen.yaml', folder: 'examples/grpc-js-server/src/gen' },
      { template: 'examples/ts-proto-client/buf.gen.yaml', folder: 'examples/ts-proto-client/src/gen' },
      { template: 'proofs/kit/buf.gen.yaml', folder: 'proofs/kit/src/gen/protobuf-es' },
      { template: 'proofs/kit/buf.gen.ts-proto.yaml', folder: 'proofs/kit/src/gen/ts-proto' },
    ],
    prepare() {},
    isInstalled: () => true,
  },
  {
    name: 'Go',
    outputs: [
      { template: 'tools/go/buf.gen.go.yaml', folder: 'gen/go' },
      { template: 'proofs/matrix/vectors/buf.gen.go.yaml', folder: 'proofs/matrix/vectors/go/gen' },
      { template: 'proofs/bench/buf.gen.go.yaml', folder: 'proofs/bench/src/server/peers/go/gen' },
    ],
    versionFile: goVersionFile,
    prepare: () => needProgram('go'),
    isInstalled(root) {
      const env = { ...process.env, GOPROXY: 'off' };
      const plugins = ['protoc-gen-go', 'protoc-gen-go-grpc'];
      return plugins.every((plugin) => {
        const args = ['tool', '-modfile=tools/go/go.mod', '-n', plugin];
        return spawnSync('go', args, { cwd: root, env, stdio: 'ignore' }).status === 0;
      });
    },
  },
  {
    name: 'Python',
    outputs: [
      { template: 'tools/python/buf.gen.python.yaml', folder: `gen/python/${names.pythonModule}` },
      { template: 'proofs/matrix/vectors/buf.gen.python.yaml', folder: 'proofs/matrix/vectors/python/gen' },
      { template: 'proofs/bench/buf.gen.python.yaml', folder: 'proofs/bench/src/server/peers/python/gen' },
      { template: 'examples/python/buf.gen.yaml', folder: 'examples/python/src/example_betterproto/gen' },
    ],
    versionFile: pythonVersionFile,
    prepare(root, print) {
      for (const environment of pythonEnvironments(root)) environment.install(print);
    },
    isInstalled: (root) => pythonEnvironments(root).every((environment) => environment.isInstalled()),
  },
];

function pythonEnvironments(root: string): PythonEnvironment[] {
  return ['tools/python', 'examples/python'].map(
    (folder) =>
      new PythonEnvironment({
        folder: join(root, folder, '.venv'),
        requirements: join(root, folder, 'requirements.txt'),
      }),
  );
}
