import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { run } from '@example/release';
import { goGet } from '../projects/go-project.ts';
import { integrityOf, nodeRuntime, npmInstall } from '../projects/npm-project.ts';
import { pinned } from '../projects/pinned.ts';
import { pipInstallSdist, pythonInstall } from '../projects/python-project.ts';
import { type Check, expectEqual, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import type { ReleasedVersion } from '../released-version.ts';
import { addressesOf, urlsOf } from '../services.ts';
import { browserCheck } from './browser-consumer.ts';
import { expectCalls } from './consumer-output.ts';

/** The requirements for mypy. A version of the package without the extra for types needs the type stubs by name. */
async function mypy({ folder, record }: ReleasedVersion): Promise<string[]> {
  const sdist = record.artefacts.find(({ name }) => name.endsWith('.tar.gz'))?.name ?? '';
  const inSdist = `${sdist.slice(0, -'.tar.gz'.length)}/PKG-INFO`;
  const metadata = await run('tar', ['-xzOf', sdist, inSdist], { cwd: folder });
  const hasExtra = metadata.includes('\nProvides-Extra: types\n');
  return ['mypy==2.4.1', ...(hasExtra ? [`${names.pythonPackage}[types]`] : ['types-grpcio', 'types-protobuf'])];
}

/**
 * Programs in every language that install the package by name and version in an empty folder, and call the services. In
 * TypeScript, Go and Python a server that was written for 1.0.0 is compiled with them.
 */
export const consumerChecks: readonly Check[] = [
  {
    name: 'Node, ESM, by npm',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      await npmInstall(project, rehearsal.release, nodeRuntime);
      return expectCalls(rehearsal, await project.run('node', 'consumer.mjs', ...urlsOf(rehearsal)));
    },
  },
  {
    name: 'Node, CommonJS, by pnpm',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      const { version } = rehearsal.release.record;
      await project.run('pnpm', 'add', '--silent', `${names.npmPackage}@${version}`, ...nodeRuntime);
      const lock = await readFile(join(project.folder, 'pnpm-lock.yaml'), 'utf8');
      const [, integrity] =
        new RegExp(`${RegExp.escape(names.npmPackage)}@[^:]+:\\n\\s+resolution: \\{integrity: ([^,}]+)`).exec(lock) ??
        [];
      expectEqual(integrity ?? 'none', await integrityOf(rehearsal.release), 'the integrity in pnpm-lock.yaml');
      return expectCalls(rehearsal, await project.run('node', 'consumer.cjs', ...urlsOf(rehearsal)));
    },
  },
  {
    name: 'TypeScript: node16, nodenext, bundler; a server for 1.0.0',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'typescript');
      await npmInstall(project, rehearsal.release, [...nodeRuntime, pinned('typescript'), '@types/node@24']);
      return await compileAndCall(rehearsal, project);
    },
  },
  browserCheck,
  {
    name: 'Go; a server for 1.0.0',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'go');
      await goGet(project, rehearsal.release);
      await project.run('go', 'mod', 'tidy');
      await project.run('go', 'build', '-o', 'consumer', '.');
      return expectCalls(rehearsal, await project.run('./consumer', ...addressesOf(rehearsal)));
    },
  },
  {
    name: 'Python, and its types by mypy; a server for 1.0.0',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'python');
      const python = await pythonInstall(project, rehearsal.release, { others: await mypy(rehearsal.release) });
      await project.run(python, '-m', 'mypy', '--strict', 'consumer.py', 'old_server.py');
      await project.run(python, 'old_server.py');
      return expectCalls(rehearsal, await project.run(python, 'consumer.py', ...addressesOf(rehearsal)));
    },
  },
];

/** pip builds the package from the sdist, and installs it. */
export const sdistCheck: Check = {
  name: 'Python, the sdist, by pip',
  async show(rehearsal) {
    const project = await newProject(rehearsal, 'python');
    const python = await pipInstallSdist(project, rehearsal.release);
    return expectCalls(rehearsal, await project.run(python, 'consumer.py', ...addressesOf(rehearsal)));
  },
};

/** Compiles the TypeScript programs for each way of resolving modules, and runs each consumer. */
async function compileAndCall(rehearsal: Rehearsal, project: Project): Promise<undefined> {
  for (const modules of ['node16', 'nodenext', 'bundler']) {
    await project.run('npx', '--no-install', 'tsc', '-p', `tsconfig.${modules}.json`);
    expectCalls(rehearsal, await project.run('node', `${modules}/consumer.js`, ...urlsOf(rehearsal)));
  }
}
