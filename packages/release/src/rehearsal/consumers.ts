import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addresses, urls } from './addresses.ts';
import { browserCheck } from './browser-consumer.ts';
import { everyCall, expectEqual } from './expect-output.ts';
import { goGet } from './go-project.ts';
import { integrityOf, nodeRuntime, npmInstall } from './npm-project.ts';
import { pinned } from './pinned.ts';
import { pipInstallSdist, pythonInstall } from './python-project.ts';
import { type Check, newProject, type Project, type Rehearsal } from './rehearsal.ts';

/** Programs in every language that install the package by name and version in an empty folder, and call the services. */
export const consumerChecks: readonly Check[] = [
  {
    name: 'Node, ESM, by npm',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      await npmInstall(project, rehearsal.release, nodeRuntime);
      return expectCalls(rehearsal, await project.run('node', 'consumer.mjs', ...urls(rehearsal)));
    },
  },
  {
    name: 'Node, CommonJS, by pnpm',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      const { version } = rehearsal.release.record;
      await project.run('pnpm', 'add', '--silent', `@example/protos@${version}`, ...nodeRuntime);
      const lock = await readFile(join(project.folder, 'pnpm-lock.yaml'), 'utf8');
      const [, integrity] = /@example\/protos@[^:]+:\n\s+resolution: \{integrity: ([^,}]+)/.exec(lock) ?? [];
      expectEqual(integrity ?? 'none', await integrityOf(rehearsal.release), 'the integrity in pnpm-lock.yaml');
      return expectCalls(rehearsal, await project.run('node', 'consumer.cjs', ...urls(rehearsal)));
    },
  },
  {
    name: 'TypeScript: node16, nodenext, bundler',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'typescript');
      await npmInstall(project, rehearsal.release, [...nodeRuntime, pinned('typescript'), '@types/node@24']);
      await compileAndCall(rehearsal, project);
      return undefined;
    },
  },
  browserCheck,
  {
    name: 'Go',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'go');
      await goGet(project, rehearsal.release);
      await project.run('go', 'mod', 'tidy');
      await project.run('go', 'build', '-o', 'consumer', '.');
      return expectCalls(rehearsal, await project.run('./consumer', ...addresses(rehearsal)));
    },
  },
  {
    name: 'Python',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'python');
      const python = await pythonInstall(project, rehearsal.release);
      return expectCalls(rehearsal, await project.run(python, 'consumer.py', ...addresses(rehearsal)));
    },
  },
];

/** What pip builds where it is told to take no wheel. */
export const sdistCheck: Check = {
  name: 'Python, the sdist, by pip',
  async show(rehearsal) {
    const project = await newProject(rehearsal, 'python');
    const python = await pipInstallSdist(project, rehearsal.release);
    return expectCalls(rehearsal, await project.run(python, 'consumer.py', ...addresses(rehearsal)));
  },
};

/** Compiles the TypeScript consumer for each way of resolving modules, and runs each. */
async function compileAndCall(rehearsal: Rehearsal, project: Project): Promise<void> {
  for (const modules of ['node16', 'nodenext', 'bundler']) {
    await project.run('npx', '--no-install', 'tsc', '-p', `tsconfig.${modules}.json`);
    expectCalls(rehearsal, await project.run('node', `${modules}/consumer.js`, ...urls(rehearsal)));
  }
}

/** @returns nothing, as a check that has nothing to say */
export function expectCalls({ release }: Pick<Rehearsal, 'release'>, output: string): undefined {
  expectEqual(output, everyCall(release.record), 'what the consumer prints');
}
