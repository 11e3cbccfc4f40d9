import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { missingDependencies } from './missing-dependencies.ts';

const npmManifest = 'packages/protos/package.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dependencies-'));
  for (const path of ['go.mod', npmManifest, 'gen/python/pyproject.toml']) cpSync(join(root, path), join(folder, path));
  mkdirSync(join(folder, 'gen/go'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

it('edition 2024 needs a higher runtime of TypeScript', () => {
  write('proto/new/v1/new.proto', 'edition = "2023";\n');
  expect(missingDependencies(folder)).toEqual([]);
  write('proto/new/v1/new.proto', '// New.\nedition = "2024";\n');
  expect(missingDependencies(folder)).toEqual([
    `${npmManifest}: edition 2024 needs @bufbuild/protobuf 2.8.0: raise peerDependencies from ^2.5.0`,
  ]);
  write(npmManifest, readFileSync(join(folder, npmManifest), 'utf8').replace('"^2.5.0"', '"^2.10.0"'));
  expect(missingDependencies(folder)).toEqual([]);
});

it('Python needs the package that publishes protos of google', () => {
  write('gen/python/example_protos/new/v1/new_pb2.py', 'from google.protobuf import descriptor\n');
  expect(missingDependencies(folder)).toEqual([]);
  write('gen/python/example_protos/new/v1/new_pb2.py', 'from google.type import money_pb2\n');
  expect(missingDependencies(folder)).toEqual([expect.stringContaining('add it to dependencies')]);
});
