import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { npmInstall } from '../projects/npm-project.ts';
import { type Check, NotHereError, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import { urlsOf } from '../services.ts';
import { expectCalls } from './consumer-output.ts';
import { lowestOf, refusal } from './lowest.ts';

const ours = RegExp.escape(names.npmPackage);
const runtime = '@bufbuild/protobuf';
/** The newest connect that accepts the lowest runtimes of the package. */
const oldConnect = ['@connectrpc/connect@2.0.4', '@connectrpc/connect-node@2.0.4'];
const newestConnect = ['@connectrpc/connect@2', '@connectrpc/connect-node@2'];
/** The oldest TypeScript whose own `lib` contains everything that the types of connect need. */
const oldestTypeScript = '5.2.2';

export const npmFloors: readonly Check[] = [
  {
    name: `npm: the lowest ${runtime}`,
    async show(rehearsal) {
      const lowest = lowestOf(rehearsal.release.record.minimumRuntimes.npm, runtime);
      return await installAndCall(rehearsal, [`${runtime}@${lowest}`, ...oldConnect]);
    },
  },
  {
    name: `npm: the highest ${runtime}`,
    show: async (rehearsal) => await installAndCall(rehearsal, [`${runtime}@2`, ...newestConnect]),
  },
  {
    name: `npm: below the lowest ${runtime}`,
    async show(rehearsal) {
      const project = await newProject(rehearsal);
      const install = npmInstall(project, rehearsal.release, [`${runtime}@${below(rehearsal)}`]);
      return await refusal(
        install,
        new RegExp(`ERESOLVE unable to resolve dependency tree.*peer @bufbuild/protobuf@"[^"]+" from ${ours}@[\\d.]+`),
      );
    },
  },
  {
    name: `npm: the error of the code below the lowest ${runtime}`,
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      const others = ['--legacy-peer-deps', `${runtime}@${below(rehearsal)}`, ...oldConnect];
      await npmInstall(project, rehearsal.release, others);
      const pattern = /Package subpath '\S+' is not defined by "exports" in \S*\/@bufbuild\/protobuf\/package.json/;
      const message = await refusal(project.run('node', 'consumer.mjs', ...urlsOf(rehearsal)), pattern);
      return `${message.split(' in ')[0]}, of ${await versionOf(project, runtime)}`;
    },
  },
  {
    name: 'npm: the lowest Node',
    async show(rehearsal) {
      const lowest = lowestOf(rehearsal.release.record.minimumRuntimes.npm, 'node');
      return await callOnNode(rehearsal, `${lowest}.0.0`);
    },
  },
  { name: 'npm: the highest Node', show: async (rehearsal) => await callOnNode(rehearsal, 'latest') },
  {
    name: 'npm: below the lowest Node',
    async show(rehearsal) {
      const below = Number(lowestOf(rehearsal.release.record.minimumRuntimes.npm, 'node')) - 1;
      const project = await newProject(rehearsal);
      const { version } = rehearsal.release.record;
      const settings = ['--config.engine-strict=true', `--config.node-version=${below}.0.0`];
      const add = project.run('pnpm', 'add', ...settings, `${names.npmPackage}@${version}`);
      return await refusal(add, /ERR_PNPM_UNSUPPORTED_ENGINE.*/);
    },
  },
  {
    name: 'npm: TypeScript, the oldest',
    async show(rehearsal) {
      const lowest = lowestOf(rehearsal.release.record.minimumRuntimes.npm, runtime);
      const others = [`${runtime}@${lowest}`, ...oldConnect];
      return await compileWith(rehearsal, `typescript@${oldestTypeScript}`, others);
    },
  },
  {
    name: 'npm: TypeScript, the newest',
    show: async (rehearsal) => await compileWith(rehearsal, 'typescript@latest', [`${runtime}@2`, ...newestConnect]),
  },
];

/** The last minor version of the runtime below the lowest supported version. */
function below({ release }: Rehearsal): string {
  const [major = 0, minor = 0] = lowestOf(release.record.minimumRuntimes.npm, runtime).split('.').map(Number);
  return `${major}.${minor - 1}`;
}

async function installAndCall(rehearsal: Rehearsal, others: readonly string[]): Promise<string> {
  const project = await newProject(rehearsal, 'node');
  await npmInstall(project, rehearsal.release, others);
  for (const consumer of ['consumer.mjs', 'consumer.cjs']) {
    expectCalls(rehearsal, await project.run('node', consumer, ...urlsOf(rehearsal)));
  }
  return await versionOf(project, runtime);
}

async function callOnNode(rehearsal: Rehearsal, version: string): Promise<string> {
  const node = `node-${process.platform}-${process.arch}`;
  const project = await newProject(rehearsal, 'node');
  await npmInstall(project, rehearsal.release, [runtime, ...oldConnect]);
  await project.run('npm', 'install', '--no-audit', '--no-fund', `${node}@${version}`).catch((error: Error) => {
    throw new NotHereError(`npm has no ${node}@${version}`, { cause: error });
  });
  const program = join(project.folder, 'node_modules', node, 'bin/node');
  for (const consumer of ['consumer.mjs', 'consumer.cjs']) {
    expectCalls(rehearsal, await project.run(program, consumer, ...urlsOf(rehearsal)));
  }
  return await project.run(program, '-p', 'process.versions.node').then((text) => text.trim());
}

async function compileWith(rehearsal: Rehearsal, typescript: string, others: readonly string[]): Promise<string> {
  const project = await newProject(rehearsal, 'typescript');
  await npmInstall(project, rehearsal.release, [...others, typescript, '@types/node@20']);
  for (const modules of ['node16', 'nodenext', 'bundler']) {
    await project.run('npx', '--no-install', 'tsc', '-p', `tsconfig.${modules}.json`);
  }
  return await versionOf(project, 'typescript');
}

async function versionOf(project: Project, name: string): Promise<string> {
  const manifest = await readFile(join(project.folder, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
