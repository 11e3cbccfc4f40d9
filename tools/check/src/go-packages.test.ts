import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wrongGoPackages } from './go-packages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-packages-'));
  write('go.mod', 'module example.org/new/protos\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

it('finds nothing in this repository', () => {
  expect(wrongGoPackages(root)).toEqual([]);
});

it('reports the right option for a file that was copied from another folder, and for a file without the option', () => {
  write('proto/goods/v1/goods.proto', 'option go_package = "example.org/new/protos/gen/go/stock/v1;stockv1";\n');
  write('proto/none/v1/none.proto', 'package none.v1;\n');
  write('proto/google/type/money.proto', 'option go_package = "google.golang.org/genproto";\n');
  expect(wrongGoPackages(folder).sort()).toEqual(
    ['goods', 'none'].map(
      (name) =>
        `proto/${name}/v1/${name}.proto: go_package has to begin with "example.org/new/protos/gen/go/${name}/v1", the place of its Go code`,
    ),
  );
});

it('refuses a folder that other Go modules cannot import', () => {
  write('proto/internal/v1/a.proto', 'option go_package = "example.org/new/protos/gen/go/internal/v1;internalv1";\n');
  expect(wrongGoPackages(folder)).toEqual([expect.stringContaining('name it otherwise')]);
});

it('reports nothing in a repository without a Go module', () => {
  rmSync(join(folder, 'go.mod'));
  write('proto/none/v1/none.proto', 'package none.v1;\n');
  expect(wrongGoPackages(folder)).toEqual([]);
});
