import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/dev';
import { needGo, PythonEnvironment } from '@example/toolchains';
import { run } from '../run.ts';
import { goConsumer } from './go-consumer.ts';
import { pythonConsumer } from './python-consumer.ts';
import { typescriptConsumer } from './typescript-consumer.ts';
import type { ReleasedApi } from './versions.ts';

/** A language in which programs for released versions are compiled against the code of a source tree. */
export interface SourceGate {
  readonly language: 'TypeScript' | 'Go' | 'Python';
  /**
   * @param tree the root of a repository, or of a part of one with the language's code
   * @returns what the compiler says of them; nothing when it takes them
   * @throws {ToolchainMissingError}
   */
  check(tree: string, releases: readonly ReleasedApi[]): Promise<string | undefined>;
}

export const sourceGates: readonly SourceGate[] = [
  { language: 'TypeScript', check: checkTypeScript },
  { language: 'Go', check: checkGo },
  { language: 'Python', check: checkPython },
];

async function checkTypeScript(tree: string, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  return await inNewFolder(async (folder) => {
    const installed = {
      '@example/protos': join(tree, 'packages/protos'),
      '@bufbuild/protobuf': join(root, 'packages/protos/node_modules/@bufbuild/protobuf'),
      '@connectrpc/connect': join(root, 'packages/rpc-server/node_modules/@connectrpc/connect'),
    };
    for (const [name, path] of Object.entries(installed)) {
      await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
      await symlink(path, join(folder, 'node_modules', name));
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, types: [] } }),
    );
    for (const { version, registry } of releases) {
      await writeFile(join(folder, `consumer-${version}.ts`), typescriptConsumer(registry));
    }
    return await complaintOf(run('tsc', ['-p', '.'], { cwd: folder }));
  });
}

async function checkGo(tree: string, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  needGo();
  return await inNewFolder(async (folder) => {
    for (const path of ['go.mod', 'go.sum']) await cp(join(root, path), join(folder, path));
    await cp(join(tree, 'gen/go'), join(folder, 'gen/go'), { recursive: true });
    for (const { version, registry } of releases) {
      await mkdir(join(folder, `consumer-${version}`));
      await writeFile(join(folder, `consumer-${version}/consumer.go`), goConsumer(registry));
    }
    // Objects in Go's cache whatever the folder.
    const env = { ...process.env, GOFLAGS: '-trimpath', GOWORK: 'off' };
    return await complaintOf(run('go', ['vet', './...'], { cwd: folder, env }));
  });
}

async function checkPython(tree: string, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  const folder = join(root, 'examples/python');
  const environment = new PythonEnvironment({
    folder: join(folder, '.venv'),
    requirements: join(folder, 'requirements.txt'),
  });
  environment.install((text) => process.stderr.write(text));
  return await inNewFolder(async (work) => {
    const modules = releases.map(({ version }) => `consumer_${version.replace(/\W/g, '_')}.py`);
    for (const [i, { registry }] of releases.entries()) {
      await writeFile(join(work, modules[i] ?? ''), pythonConsumer(registry));
    }
    const env = { ...process.env, MYPYPATH: join(tree, 'gen/python') };
    // Silent about the package's own stubs, as mypy is about what is installed.
    await writeFile(join(work, 'mypy.ini'), '[mypy]\nstrict = True\n[mypy-example_protos.*]\nignore_errors = True\n');
    const args = ['-m', 'mypy', '--cache-dir', join(folder, '.venv/mypy-consumers'), ...modules];
    return await complaintOf(run(environment.python, args, { cwd: work, env }));
  });
}

async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'consumers-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A compiler that ends with an error has found something; one that cannot be started has not. */
async function complaintOf(compilation: Promise<string>): Promise<string | undefined> {
  try {
    await compilation;
    return undefined;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: unknown } };
    if (typeof cause?.code === 'number') return message;
    throw error;
  }
}
