import { execFileSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const bin = (name: string) => join(here, 'node_modules/.bin', name);

/** A project with the packed package installed. */
let project: string;
let tarball: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'protos-'));
  tarball = join(project, 'protos.tgz');
  execFileSync('pnpm', ['pack', '--out', tarball], { cwd: here });
  const installed = join(project, 'node_modules/@example/protos');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const peer of ['@bufbuild', '@grpc']) {
    symlinkSync(join(here, 'node_modules', peer), join(project, 'node_modules', peer));
  }
});
afterAll(() => rmSync(project, { recursive: true }));

function run(file: string, content: string): string {
  writeFileSync(join(project, file), content);
  return execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8' });
}

const useMessages = `
  console.log(toJsonString(UserSchema, create(UserSchema, { id: '4', name: 'Saoirse' })));
  console.log(OrderService.typeName, OrderStatus.CONFIRMED, BadRequestSchema.typeName);`;
const messagesUsed = `{"id":"4","name":"Saoirse"}
order.v1.OrderService 2 google.rpc.BadRequest
`;
const modules = [
  ['{ create, toJsonString }', '@bufbuild/protobuf'],
  ['{ UserSchema }', '@example/protos/user/v1'],
  ['{ OrderService }', '@example/protos/order/v1'],
  // The path that protoc-gen-es writes for a proto that imports ours, with the option rewrite_imports.
  ['{ OrderStatus }', '@example/protos/order/v1/order_pb.js'],
  ['{ BadRequestSchema }', '@example/protos/google/rpc/error_details'],
];
const imports = modules.map(([names, from]) => `import ${names} from '${from}';`).join('\n');
const requires = modules.map(([names, from]) => `const ${names} = require('${from}');`).join('\n');

describe('the packed @example/protos', () => {
  it('contains exactly the build output and the .proto files', () => {
    const installed = join(project, 'node_modules/@example/protos');
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(installed, join(parentPath, name)));
    const modules = globSync('**/*.ts', { cwd: join(here, 'src') }).map((file) => file.replace(/\.ts$/, ''));
    const built = modules.flatMap((name) =>
      ['cjs', 'esm'].flatMap((format) => ['js', 'js.map', 'd.ts'].map((ending) => `dist/${format}/${name}.${ending}`)),
    );
    const protos = globSync('proto/**/*.proto', { cwd: join(here, '../..') });
    expect(protos).not.toEqual([]);
    const schemas = globSync('openapi/**/*.json', { cwd: here });
    expect(schemas).toContain('openapi/openapi.json');
    const others = ['LICENSE', 'README.md', 'descriptors.binpb', 'dist/cjs/package.json', 'package.json'];
    expect(files.sort()).toEqual([...built, ...protos, ...schemas, ...others].sort());
  });

  it('can be imported', () => {
    expect(run('use.mjs', imports + useMessages)).toBe(messagesUsed);
  });

  it('can be required', () => {
    expect(run('use.cjs', requires + useMessages)).toBe(messagesUsed);
  });

  it.each([
    ['mts', 'nodenext', 'nodenext'],
    ['cts', 'nodenext', 'nodenext'],
    ['mts', 'node16', 'node16'],
    ['cts', 'node16', 'node16'],
    ['ts', 'esnext', 'bundler'],
    // TypeScript up to 5.9 resolves modules in this way by default, and so does ts-jest.
    ['ts', 'commonjs', 'node10'],
  ])('has types for a .%s file, module %s, resolution %s', (ending, module, resolution) => {
    writeFileSync(
      join(project, `typed.${ending}`),
      `import type { User } from '@example/protos/user/v1';
       export const id: string = ({} as User).id;
       // @ts-expect-error an id is a string
       export const no: number = ({} as User).id;`,
    );
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022'];
    const how = ['--module', module, '--moduleResolution', resolution];
    const compiler = resolution === 'node10' ? 'typescript-5' : 'typescript';
    const tsc = join(here, 'node_modules', compiler, 'bin/tsc');
    execFileSync(process.execPath, [tsc, ...options, ...how, `typed.${ending}`], { cwd: project, stdio: 'pipe' });
  });

  it('exports its version and the hash of its descriptor set', () => {
    const use = `
      const { version, descriptorsSha256 } = require('@example/protos/version');
      const content = require('node:fs').readFileSync(require.resolve('@example/protos/descriptors.binpb'));
      const sha256 = require('node:crypto').createHash('sha256').update(content).digest('hex');
      console.log(version === require('@example/protos/package.json').version, descriptorsSha256 === sha256);`;
    expect(run('version.cjs', use)).toBe('true true\n');
  });

  it('has source maps with the sources', () => {
    const dist = join(project, 'node_modules/@example/protos/dist');
    const map = JSON.parse(readFileSync(join(dist, 'esm/gen/user/v1/user_pb.js.map'), 'utf8'));
    expect(map.sourcesContent).toEqual([readFileSync(join(here, 'src/gen/user/v1/user_pb.ts'), 'utf8')]);
  });

  it('has .proto files that proto-loader can load', () => {
    const use = `
      const { loadSync } = require('@grpc/proto-loader');
      const definition = loadSync(['user/v1/user.proto', 'order/v1/order.proto'], {
        includeDirs: [require('node:path').join(require.resolve('@example/protos/package.json'), '../proto')],
      });
      console.log(definition['user.v1.UserService'].GetUser.path);
      console.log(require.resolve('@example/protos/proto/order/v1/order.proto').length > 0);`;
    expect(run('load.cjs', use)).toBe('/user.v1.UserService/GetUser\ntrue\n');
  });

  it('satisfies publint', () => {
    execFileSync(bin('publint'), ['run', tarball, '--strict'], { stdio: 'pipe' });
  });

  // The module resolution of Node 10 lacks subpath exports; no supported Node uses it.
  it('satisfies attw for Node 16 and later', () => {
    execFileSync(
      bin('attw'),
      [tarball, '--profile', 'node16', '--exclude-entrypoints', 'descriptors.binpb', 'openapi.json'],
      {
        stdio: 'pipe',
      },
    );
  });
});
