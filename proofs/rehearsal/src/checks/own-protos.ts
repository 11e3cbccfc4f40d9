import { globSync } from 'node:fs';
import { join } from 'node:path';
import { names, tarballOf } from '@example/kit/names';
import { run } from '@example/release';
import { goGet } from '../projects/go-project.ts';
import { npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { pythonInstall } from '../projects/python-project.ts';
import { type Check, expectEqual, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';
import { goPlugin, protoc } from './protoc.ts';

const shop = 'shop/v1/shop.proto';

type Packages = Omit<Rehearsal, 'services' | 'releases'>;

/** A consumer's proto that imports ours, in one program with the installed package: docs/guides/services.md. */
export const ownProtoChecks = [
  check('TypeScript', async (project, { release }) => {
    await npmInstall(project, release, [pinned('@bufbuild/protobuf')]);
    const es = ['--es_out=.', `--es_opt=target=js,rewrite_imports=./user/**/*:${names.npmPackage}`];
    await protoc(project, ['proto', `node_modules/${names.npmPackage}/proto`], ...es, shop);
    return await project.run('node', 'main.mjs');
  }),
  check('Go', async (project, { release }) => {
    await goGet(project, release);
    const module = (await project.run('go', 'list', '-m', '-f', '{{.Dir}}', names.goModule)).trim();
    await protoc(project, ['proto', join(module, 'proto')], ...(await goPlugin(project)), shop);
    await project.run('go', 'mod', 'tidy');
    return await project.run('go', 'run', '.');
  }),
  check('Python, beside code of all protos by protoc', async (project, { release }) => {
    const python = await pythonInstall(project, release);
    const { folder, record } = release;
    await project.run('tar', '-xzf', join(folder, tarballOf(names.npmPackage, record.version)), 'package/proto');
    const protos = join(project.folder, 'package/proto');
    const ours = globSync('**/*.proto', { cwd: protos, exclude: ['google'] });
    await protoc(project, ['proto', protos], '--python_out=.', ...ours, shop);
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
