import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { root } from '@example/kit/root';
import { installPython, toolsPython } from '@example/kit/toolchains';
import { run } from '@example/release';
import { goGet } from '../projects/go-project.ts';
import { npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { type Check, expectEqual, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';

type Packages = Omit<Rehearsal, 'services' | 'releases'>;

/** A consumer's proto, which imports ours, beside the installed package in one program: docs/guides/services.md. */
export const ownProtoChecks = [
  check('TypeScript', async (project, { release }) => {
    await npmInstall(project, release, [pinned('@bufbuild/protobuf')]);
    const es = ['--es_out=.', `--es_opt=target=js,rewrite_imports=./user/**/*:${names.npmPackage}`];
    await protoc(project, `node_modules/${names.npmPackage}/proto`, ...es);
    return await project.run('node', 'main.mjs');
  }),
  check('Go', async (project, { release }) => {
    await goGet(project, release);
    const plugin = join(project.folder, 'protoc-gen-go');
    const build = ['build', '-o', plugin, 'google.golang.org/protobuf/cmd/protoc-gen-go'];
    await run('go', build, { cwd: join(root, 'tools/go') });
    const module = (await project.run('go', 'list', '-m', '-f', '{{.Dir}}', names.goModule)).trim();
    const go = [`--plugin=${plugin}`, '--go_out=.', '--go_opt=paths=source_relative'];
    await protoc(project, join(module, 'proto'), ...go);
    await project.run('go', 'mod', 'tidy');
    return await project.run('go', 'run', '.');
  }),
  check('Python, beside code of all protos by protoc', async (project, { release }) => {
    const python = await pythonInstall(project, release);
    const ours = ['user/v1/user.proto', 'user/v2/user.proto', 'order/v1/order.proto'];
    await protoc(project, join(root, 'proto'), '--python_out=.', ...ours);
    return await project.run(python, 'main.py');
  }),
];

/** @param play returns the output of the program */
function check(name: string, play: (project: Project, rehearsal: Packages) => Promise<string>) {
  return {
    name: `a proto of a consumer that imports ours: ${name}`,
    async show(rehearsal: Packages) {
      if (!(await exportsCodeOfFiles(rehearsal.release))) return 'this version does not export the code of each file';
      const project = await newProject(rehearsal, 'own-protos');
      const output = await play(project, rehearsal);
      expectEqual(output, 'Aoife true', 'the output of the program');
      return undefined;
    },
  } satisfies Check;
}

async function exportsCodeOfFiles({ folder, record }: ReleasedVersion): Promise<boolean> {
  const tarball = tarballOf(names.npmPackage, record.version);
  return (await run('tar', ['-xzOf', tarball, 'package/package.json'], { cwd: folder })).includes('_pb.js"');
}

/** @param ours the folder of our protos */
async function protoc(project: Project, ours: string, ...args: readonly string[]): Promise<void> {
  installPython(toolsPython);
  const folders = ['-I', 'proto', '-I', ours];
  await project.run(toolsPython.python, '-m', 'grpc_tools.protoc', ...folders, ...args, 'shop/v1/shop.proto');
}
