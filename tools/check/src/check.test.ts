import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { brokenReleases, releasedVersions } from './breaking-changes.ts';
import { runChecks } from './check.ts';
import { compareGenerated, generate } from './generation.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('runChecks', () => {
  async function check(scripts: Record<string, string>) {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
    let output = '';
    const code = await runChecks((text) => {
      output += text;
    }, folder);
    return { code, output };
  }

  it('passes when all do, and runs nothing else', async () => {
    expect(await check({ 'check:one': 'true', 'check:two': 'echo quiet', test: 'false', check: 'false' })).toEqual({
      code: 0,
      output: expect.stringMatching(/^(passed {2}check:(one|two)\n){2}\n2 passed, 0 failed\n$/),
    });
  });

  it('shows what a check that fails has to say', async () => {
    const { code, output } = await check({ 'check:one': 'true', 'check:two': 'echo this is why >&2; exit 3' });
    expect(code).toBe(1);
    expect(output).toMatch(/FAILED {2}check:two\nthis is why\n/);
    expect(output).toMatch(/\n1 passed, 1 failed\n$/);
  });
});

describe('with a copy of the protos and what they generate', () => {
  const generated = 'packages/protos/src/gen';
  const manifest = 'packages/protos/package.json';
  const server = 'packages/rpc-server';
  // Installs the generators, so that the copies find them.
  beforeAll(() => {
    compareGenerated(root, () => {});
  }, 600_000);
  beforeEach(() => {
    const copied = [
      'buf.yaml',
      'buf.gen.yaml',
      'proto',
      'releases',
      'go.mod',
      'gen',
      generated,
      'proofs/kit',
      'proofs/matrix',
      'examples',
    ];
    const isInstalled = (path: string) => ['node_modules', '.venv'].includes(basename(path));
    for (const path of [...copied, manifest, `${server}/buf.gen.yaml`, `${server}/src/gen`]) {
      cpSync(join(root, path), join(folder, path), { recursive: true, filter: (source) => !isInstalled(source) });
    }
    const installed = globSync('{examples,packages,proofs}/*/{node_modules,.venv}', { cwd: root });
    for (const path of ['node_modules', 'tools', ...installed]) {
      if (existsSync(dirname(join(folder, path)))) symlinkSync(join(root, path), join(folder, path));
    }
  });

  function edit(path: string, from: string, to: string): void {
    const content = readFileSync(join(folder, path), 'utf8');
    expect(content).toContain(from);
    writeFileSync(join(folder, path), content.replace(from, to));
  }

  /** What is stale, by the language, without those that this machine has no toolchain for. */
  function staleGeneratedFiles(root: string): { TypeScript: string[]; others: string[] } {
    const { stale, leftOut } = compareGenerated(root, () => {});
    if (process.env['CI']) expect(leftOut).toEqual([]);
    const isTypeScript = (file: string) => file.endsWith('.ts');
    return { TypeScript: stale.filter(isTypeScript), others: stale.filter((file) => !isTypeScript(file)) };
  }
  const goFiles = ['gen/go/user/v1/user.pb.go', 'gen/go/version/version.go'];
  const pythonFiles = [
    'examples/python/src/example_betterproto/gen/user/v1/__init__.py',
    'gen/python/example_protos/__init__.py',
    'gen/python/example_protos/user/v1/user_pb2.py',
    'gen/python/example_protos/user/v1/user_pb2.pyi',
  ];
  const hasGo = spawnSync('go', ['version']).status === 0;
  const hasPython = spawnSync('python3', ['-m', 'venv', '--help']).status === 0;

  it('finds nothing where nothing was edited', () => {
    expect(staleGeneratedFiles(folder)).toEqual({ TypeScript: [], others: [] });
    expect(brokenReleases(folder)).toEqual([]);
  });

  it('finds generated code that was edited, removed or added, or of another version', () => {
    edit(`${generated}/user/v1/user_pb.ts`, '@generated', 'generated');
    rmSync(join(folder, generated, 'order/v1/order_pb.ts'));
    writeFileSync(join(folder, generated, 'mine.ts'), '');
    edit(`${server}/src/gen/health/v1/health_pb.ts`, '@generated', 'generated');
    edit(manifest, '"version": "', '"version": "99.');
    expect(staleGeneratedFiles(folder)).toEqual({
      TypeScript: [
        `${generated}/mine.ts`,
        `${generated}/order/v1/order_pb.ts`,
        `${generated}/user/v1/user_pb.ts`,
        `${server}/src/gen/health/v1/health_pb.ts`,
      ],
      // Those that say the version.
      others: [...(hasGo ? goFiles.slice(1) : []), ...(hasPython ? pythonFiles.slice(1, 2) : [])],
    });
  });

  it('finds code that was not generated after an edit of a proto', () => {
    edit('proto/user/v1/user.proto', 'string email = 3;', 'string email = 3;\n  // A number.\n  string phone = 4;');
    expect(staleGeneratedFiles(folder)).toEqual({
      TypeScript: [
        'examples/ts-proto-client/src/gen/user/v1/user.ts',
        `${generated}/user/v1/user_pb.ts`,
        'proofs/kit/src/gen/user/v1/user.ts',
      ],
      others: [...(hasGo ? goFiles : []), ...(hasPython ? pythonFiles : [])].sort(),
    });
    expect(brokenReleases(folder)).toEqual([]);
  });

  it('names a language whose toolchain is missing, and does the others', () => {
    vi.stubEnv('PATH', [join(root, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter));
    rmSync(join(folder, generated), { recursive: true });
    let printed = '';
    const leftOut = generate(folder, (text) => {
      printed += text;
    });
    vi.unstubAllEnvs();
    expect(leftOut).toContain('Go');
    expect(printed).toMatch(/^generated TypeScript\nleft out {2}Go: install Go .+\n/);
    expect(staleGeneratedFiles(folder).TypeScript).toEqual([]);
  });

  it('finds a change that breaks what was released, candidates left out', () => {
    cpSync(join(folder, 'releases/1.0.0'), join(folder, 'releases/1.0.1-rc.1'), { recursive: true });
    edit('proto/user/v1/user.proto', 'string email = 3;', 'string mail = 3;');
    expect(brokenReleases(folder)).toEqual(releasedVersions(root));
  });
});
