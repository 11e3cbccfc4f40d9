import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { compareVersions } from '@example/release';
import { nodeRuntime, npmInstall } from '../projects/npm-project.ts';
import { type Check, expectEqual, newProject, type Project, type Rehearsal } from '../rehearsal.ts';
import { urlsOf } from '../services.ts';
import { expectCalls } from './consumer-output.ts';

const commonJsTypes = ['typescript@5', '@types/node@24'];

/** The npm package with tools that resolve modules in different ways. */
export const npmToolChecks: readonly Check[] = [
  {
    name: 'npm: ts-jest, with module commonjs',
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'ts-jest');
      const jest = ['jest@30', 'ts-jest@29', '@types/jest@30'];
      await npmInstall(project, rehearsal.release, [...nodeRuntime, ...commonJsTypes, ...jest]);
      if (!(await hasTypesForCommonJs(project))) return 'this version has no types for it';
      await project.run('npx', '--no-install', 'jest');
      return undefined;
    },
  },
  {
    name: 'npm: Next, a page with a call and a part in the browser',
    async show(rehearsal) {
      const [USERS_URL] = urlsOf(rehearsal);
      const project = await newProject(rehearsal, 'next', { USERS_URL, NEXT_TELEMETRY_DISABLED: '1' });
      await npmInstall(project, rehearsal.release, [...nodeRuntime, 'next@16', 'react@19', 'react-dom@19']);
      await project.run('npx', '--no-install', 'next', 'build');
      const page = await readFile(join(project.folder, '.next/server/app/index.html'), 'utf8');
      const [, text] = /<p>(.*?)<\/p>/.exec(page) ?? [];
      const expected = '{"id":"1","name":"Aoife","email":"aoife@example.com"}';
      expectEqual((text ?? 'none').replaceAll('&quot;', '"'), expected, 'the paragraph of the page');
      return undefined;
    },
  },
  {
    name: "npm: Yarn's Plug'n'Play, ESM and CommonJS",
    async show(rehearsal) {
      const project = await newProject(rehearsal, 'node');
      const { version } = rehearsal.release.record;
      await project.run('npm', 'install', '--no-audit', '--no-fund', '--prefix', 'yarn', '@yarnpkg/cli-dist@4');
      const yarn = async (...args: string[]) =>
        await project.run('node', 'yarn/node_modules/@yarnpkg/cli-dist/bin/yarn.js', ...args);
      await writeFile(join(project.folder, 'package.json'), '{ "name": "consumer" }');
      await writeFile(join(project.folder, 'yarn.lock'), '');
      const registry = (await project.run('npm', 'config', 'get', 'registry')).trim();
      // A JSON file is also valid YAML.
      const settings = {
        nodeLinker: 'pnp',
        npmRegistryServer: registry,
        npmScopes: { [names.npmScope.slice(1)]: { npmRegistryServer: rehearsal.npmUrl } },
        unsafeHttpWhitelist: ['127.0.0.1'],
        enableGlobalCache: false,
        enableTelemetry: false,
        // Allows the package, although it was published only a moment ago.
        npmPreapprovedPackages: [names.npmPackage],
      };
      await writeFile(join(project.folder, '.yarnrc.yml'), JSON.stringify(settings));
      await yarn('add', `${names.npmPackage}@${version}`, ...nodeRuntime);
      for (const consumer of ['consumer.mjs', 'consumer.cjs']) {
        expectCalls(rehearsal, await yarn('node', consumer, ...urlsOf(rehearsal)));
      }
      return undefined;
    },
  },
  {
    name: 'npm: the lines of the README of the package',
    async show(rehearsal) {
      const readme = await readFile(join(root, 'packages/protos/README.md'), 'utf8');
      const lines = [...readme.matchAll(/^npm install (.+)$/gm)].map(([, packages = '']) => packages.split(' '));
      if (lines.length < 2) throw new Error('the README has no line for the lowest @bufbuild/protobuf');
      for (const packages of lines) {
        const project = await newProject(rehearsal, 'node');
        await npmInstall(
          project,
          rehearsal.release,
          packages.filter((name) => name !== names.npmPackage),
        );
        expectCalls(rehearsal, await project.run('node', 'consumer.mjs', ...urlsOf(rehearsal)));
      }
      return lines.map((packages) => packages.find((name) => name.startsWith('@bufbuild/'))).join(', ');
    },
  },
  {
    name: 'npm: each minor version of TypeScript from 5.2 on; module commonjs up to 5.9',
    async show(rehearsal) {
      const versions = await minorVersions(rehearsal);
      const project = await newProject(rehearsal, 'typescript');
      const compilers = versions.map(({ name, version }) => `${name}@npm:typescript@${version}`);
      // Versions that all these compilers can read.
      const others = ['@bufbuild/protobuf@2.5.0', '@connectrpc/connect@2.0.4', '@connectrpc/connect-node@2.0.4'];
      await npmInstall(project, rehearsal.release, [...others, '@types/node@20', ...compilers]);
      const hasCommonJs = await hasTypesForCommonJs(project);
      for (const { name, version } of versions) {
        const tsc = `node_modules/${name}/bin/tsc`;
        await project.run('node', tsc, '-p', 'tsconfig.bundler.json');
        // TypeScript 6 no longer supports the module resolution of Node 10.
        if (version.startsWith('5.') && hasCommonJs) {
          await project.run('node', tsc, '-p', 'tsconfig.commonjs.json');
        }
      }
      return versions.map(({ version }) => version).join(', ');
    },
  },
];

async function hasTypesForCommonJs({ folder }: Project): Promise<boolean> {
  const manifest = await readFile(join(folder, 'node_modules', names.npmPackage, 'package.json'), 'utf8');
  return manifest.includes('"typesVersions"');
}

/** The newest version of each minor version of TypeScript from 5.2 on, and the name to install it under. */
async function minorVersions(rehearsal: Rehearsal): Promise<{ readonly name: string; readonly version: string }[]> {
  const project = await newProject(rehearsal);
  const all = JSON.parse(await project.run('npm', 'view', 'typescript', 'versions', '--json')) as string[];
  const newest = new Map<string, string>();
  for (const version of all.filter((one) => /^\d+\.\d+\.\d+$/.test(one) && compareVersions(one, '5.2.0') >= 0)) {
    newest.set(version.split('.').slice(0, 2).join('.'), version);
  }
  return [...newest].map(([minor, version]) => ({ name: `typescript-${minor.replace('.', '-')}`, version }));
}
