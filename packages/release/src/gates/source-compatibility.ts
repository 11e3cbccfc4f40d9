import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { manifestVersion } from '@example/check';
import { root } from '@example/kit/root';
import { needGo, PythonEnvironment } from '@example/kit/toolchains';
import { packGo } from '../artefacts/go-module.ts';
import { packNpm } from '../artefacts/npm-package.ts';
import { packPython } from '../artefacts/python-packages.ts';
import { type SourceTree, takeSourceTree } from '../artefacts/source-tree.ts';
import { goModulePath } from '../release/go-module-path.ts';
import { run } from '../run.ts';
import { goConsumer } from './go-consumer.ts';
import { pythonConsumer } from './python-consumer.ts';
import { typescriptConsumer } from './typescript-consumer.ts';
import type { ReleasedApi } from './versions.ts';

/** A language in which programs for released versions are compiled against the package that a commit makes. */
export interface SourceGate {
  readonly language: 'TypeScript' | 'Go' | 'Python';
  /**
   * Packs the language's package as it is published, and compiles against that.
   *
   * @returns what the compiler says of the programs; nothing when it takes them
   * @throws {ToolchainMissingError}
   */
  check(tree: SourceTree, releases: readonly ReleasedApi[]): Promise<string | undefined>;
}

export const sourceGates: readonly SourceGate[] = [
  { language: 'TypeScript', check: checkTypeScript },
  { language: 'Go', check: checkGo },
  { language: 'Python', check: checkPython },
];

/** Does work with the files of the commit that a repository is at. */
export async function withTreeOf<T>(repository: string, work: (tree: SourceTree) => Promise<T>): Promise<T> {
  const version = manifestVersion(repository);
  return await inNewFolder(async (folder) =>
    work(await takeSourceTree({ version, folder, repository, revision: 'HEAD' })),
  );
}

async function checkTypeScript(tree: SourceTree, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  return await inNewFolder(async (folder) => {
    const tarball = await packNpm(tree, folder);
    const installed = join(folder, 'node_modules/@example/protos');
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], { cwd: folder });
    const others = {
      '@bufbuild/protobuf': join(root, 'packages/protos/node_modules/@bufbuild/protobuf'),
      '@connectrpc/connect': join(root, 'packages/rpc-server/node_modules/@connectrpc/connect'),
    };
    for (const [name, path] of Object.entries(others)) {
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

async function checkGo(tree: SourceTree, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  needGo();
  return await inNewFolder(async (folder) => {
    const goPackage = goModulePath(tree.folder);
    const module = await unpackGo(tree, goPackage, folder);
    const program = join(folder, 'program');
    await mkdir(program);
    await cp(join(module, 'go.sum'), join(program, 'go.sum'));
    const goMod = await readFile(join(module, 'go.mod'), 'utf8');
    await writeFile(join(program, 'go.mod'), goMod.replace(`module ${goPackage}\n`, 'module consumer\n'));
    const version = `v${tree.version}`;
    await run('go', ['mod', 'edit', `-require=${goPackage}@${version}`, `-replace=${goPackage}=${module}`], {
      cwd: program,
    });
    for (const { version, registry } of releases) {
      await mkdir(join(program, `consumer-${version}`));
      await writeFile(join(program, `consumer-${version}/consumer.go`), goConsumer(registry));
    }
    // Objects in Go's cache whatever the folder.
    const env = { ...process.env, GOFLAGS: '-mod=mod -trimpath', GOWORK: 'off' };
    return await complaintOf(run('go', ['vet', './...'], { cwd: program, env }));
  });
}

/** Packs the module and has Go unpack it, as from a proxy. @returns its folder */
async function unpackGo(tree: SourceTree, goPackage: string, folder: string): Promise<string> {
  const versions = join(folder, 'proxy', goPackage, '@v');
  await mkdir(versions, { recursive: true });
  await packGo(tree, versions);
  const env = {
    ...process.env,
    GOPROXY: pathToFileURL(join(folder, 'proxy')).href,
    GOPATH: join(folder, 'gopath'),
    GOMODCACHE: join(folder, 'gopath/pkg/mod'),
    GONOSUMDB: goPackage,
    GOPRIVATE: '',
  };
  const args = ['mod', 'download', '-modcacherw', '-json', `${goPackage}@v${tree.version}`];
  return (JSON.parse(await run('go', args, { cwd: folder, env })) as { Dir: string }).Dir;
}

async function checkPython(tree: SourceTree, releases: readonly ReleasedApi[]): Promise<string | undefined> {
  const tools = join(root, 'examples/python');
  const environment = new PythonEnvironment({
    folder: join(tools, '.venv'),
    requirements: join(tools, 'requirements.txt'),
  });
  environment.install((text) => process.stderr.write(text));
  return await inNewFolder(async (folder) => {
    const python = await installWheel(tree, environment, folder);
    const modules = releases.map(({ version }) => `consumer_${version.replace(/\W/g, '_')}.py`);
    for (const [i, { registry }] of releases.entries()) {
      await writeFile(join(folder, modules[i] ?? ''), pythonConsumer(registry));
    }
    const cache = join(tools, '.venv/mypy-consumers');
    const args = ['-m', 'mypy', '--strict', '--python-executable', python, '--cache-dir', cache, ...modules];
    return await complaintOf(run(environment.python, args, { cwd: folder }));
  });
}

/** Installs the wheel in an environment of its own, beside what another one has. @returns its interpreter */
async function installWheel(tree: SourceTree, others: PythonEnvironment, folder: string): Promise<string> {
  const [wheel = ''] = await packPython(tree, folder);
  await run(others.python, ['-m', 'venv', '--without-pip', 'venv'], { cwd: folder });
  const python = join(folder, 'venv/bin/python');
  const sitePackages = async (interpreter: string) =>
    (await run(interpreter, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { cwd: folder })).trim();
  await writeFile(join(await sitePackages(python), 'others.pth'), `${await sitePackages(others.python)}\n`);
  const install = ['--python', python, 'install', '--quiet', '--no-index', '--no-deps', join(folder, wheel)];
  await run(others.python, ['-m', 'pip', ...install], { cwd: folder });
  return python;
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
