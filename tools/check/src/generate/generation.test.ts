import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { names } from '@example/kit/names';
import { root } from '@example/kit/root';
import { ToolchainMissingError } from '@example/kit/toolchains';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { compareGenerated, generate } from './generation.ts';
import { type Language, languages } from './language.ts';

const generated = 'packages/protos/src/gen';
const manifest = 'packages/protos/package.json';
const server = 'packages/rpc-server';

/** A single template of TypeScript, for tests in which all languages are treated alike. */
const [typeScript, ...others] = languages as [Language, ...Language[]];
const oneTemplate: Language = { ...typeScript, outputs: typeScript.outputs.slice(0, 1) };

let folder: string;
// Installs the generators. The copies of the repository use them, too.
beforeAll(() => {
  for (const language of languages) isMissing(language);
}, 600_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'generation-'));
  const isInstalled = (path: string) => ['node_modules', '.venv'].includes(basename(path));
  const outputs = languages.flatMap((language) => language.outputs);
  const templates = outputs.map(({ template }) => template).filter((template) => !template.startsWith('tools/'));
  const copied = [
    'buf.yaml',
    'packages/protos/protoc-gen-index.js',
    'proto',
    'proofs/kit/proto',
    'proofs/matrix/vectors/proto',
    'go.mod',
    manifest,
    ...templates,
  ];
  for (const path of [...copied, ...outputs.map((output) => output.folder)]) {
    cpSync(join(root, path), join(folder, path), { recursive: true, filter: (source) => !isInstalled(source) });
  }
  const installed = globSync('{examples,packages,proofs}/*/{node_modules,.venv}', { cwd: root });
  for (const path of ['node_modules', 'tools', ...installed]) {
    if (existsSync(dirname(join(folder, path)))) symlinkSync(join(root, path), join(folder, path));
  }
  // The program is looked up in the folder `bin` of the environment.
  cpSync(join(root, 'examples/python/requirements.txt'), join(folder, 'examples/python/requirements.txt'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(path: string, from: string, to: string): void {
  const content = readFileSync(join(folder, path), 'utf8');
  expect(content).toContain(from);
  writeFileSync(join(folder, path), content.replace(from, to));
}

it('finds nothing if nothing was edited', () => {
  expect(compareGenerated(folder, () => {}, [oneTemplate])).toEqual({ stale: [], leftOut: [] });
});

it('finds edited, removed and added files, another version, and an edit of a proto in every language', () => {
  edit(`${generated}/google/rpc/error_details_pb.ts`, '@generated', 'generated');
  rmSync(join(folder, generated, 'user/v2/user_pb.ts'));
  writeFileSync(join(folder, generated, 'mine.ts'), '');
  edit(`${server}/src/gen/health/v1/health_pb.ts`, '@generated', 'generated');
  edit(manifest, '"version": "', '"version": "99.');
  edit('proto/user/v1/user.proto', 'string email = 3;', 'string email = 3;\n  // A number.\n  string phone = 4;');
  const { stale, leftOut } = compareGenerated(folder, () => {});
  if (process.env['CI']) expect(leftOut).toEqual([]);
  const filesOf: Readonly<Record<string, string[]>> = {
    Go: ['gen/go/user/v1/user.pb.go', 'gen/go/version/version.go'],
    Python: [
      'examples/python/src/example_betterproto/gen/user/v1/__init__.py',
      `gen/python/${names.pythonModule}/__init__.py`,
      `gen/python/${names.pythonModule}/user/v1/user_pb2.py`,
      `gen/python/${names.pythonModule}/user/v1/user_pb2.pyi`,
    ],
  };
  expect(stale).toEqual(
    [
      'examples/ts-proto-client/src/gen/user/v1/user.ts',
      'packages/protos/openapi/openapi.json',
      ...['ListUsersResponse', 'User'].map((name) => `packages/protos/openapi/schemas/user.v1.${name}.json`),
      `${generated}/mine.ts`,
      `${generated}/google/rpc/error_details_pb.ts`,
      `${generated}/user/v1/user_pb.ts`,
      `${generated}/user/v2/user_pb.ts`,
      `${server}/src/gen/health/v1/health_pb.ts`,
      'proofs/kit/src/gen/ts-proto/user/v1/user.ts',
      ...others.flatMap(({ name }) => (leftOut.includes(name) ? [] : (filesOf[name] as string[]))),
    ].sort(),
  );
});

it('names a language whose toolchain is missing, and generates the others', () => {
  vi.stubEnv('PATH', [join(root, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter));
  rmSync(join(folder, generated), { recursive: true });
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  const leftOut = generate(folder, print, [oneTemplate, ...others.filter(({ name }) => name === 'Go')]);
  vi.unstubAllEnvs();
  expect(leftOut).toEqual(['Go']);
  expect(printed).toMatch(/^generated TypeScript\nleft out {2}Go: install the Go toolchain.+\n$/);
  expect(compareGenerated(folder, () => {}, [oneTemplate]).stale).toEqual([]);
});

it.each([
  [
    'user/v1/tap.proto',
    'edition = "2023"',
    /betterproto2" does not support .+ leave its file out there by `exclude_paths`/s,
  ],
  ['newest/v1/newest.proto', 'edition = "2024"', /grpcio-tools [\d.]+\. Give the file an earlier edition\. Or raise/],
  ['class/v1/class.proto', 'syntax = "proto3"', /class\/v1\/class\.proto: a folder is a keyword of Python/],
])('a generator that does not support %s refuses it with words that say what to do', (path, syntax, words) => {
  const file = join(folder, 'proto', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${syntax};\npackage ${dirname(path).replaceAll('/', '.')};\nmessage Tap {}\n`);
  const python = others.filter(({ name }) => name === 'Python');
  if (isMissing(python[0] as Language)) return;
  expect(() => generate(folder, () => {}, python)).toThrow(words);
});

function isMissing({ prepare }: Language): boolean {
  try {
    prepare(root, () => {});
    return false;
  } catch (error) {
    if (error instanceof ToolchainMissingError && !process.env['CI']) return true;
    throw error;
  }
}
