// Tests a Go server with clients in three languages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { examplePython, examplePythonPath, installPython, skipReason } from '@example/kit/toolchains';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goProgram } from './build-once.ts';
import { createMatrixCredentials } from './credentials.ts';
import { type RunningServers, servers } from './servers.ts';

/** A timeout in milliseconds, long enough to build missing programs and to install the environment. */
const timeout = 180_000;

const goClient = () => goProgram('examples/go', './cmd/client', 'example-client');
const missing = (await skipReason(goClient)) ?? (await skipReason(() => installPython(examplePython)));

describe.skipIf(missing)(missing ?? 'a Go server', () => {
  let folder: string;
  let server: RunningServers;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'three-languages-'));
    const go = servers.find(({ name }) => name === 'go');
    server = (await go?.start('plain', await createMatrixCredentials(folder), folder)) as RunningServers;
  }, timeout);
  afterEach(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return (await outputOf(program, args, { env })).trimEnd().split('\n');
  }

  it('has clients in Go, JavaScript and Python that see the writes of each other', { timeout }, async () => {
    const { user = '', order = '' } = server.addresses;
    const addresses = ['--user-address', user, '--order-address', order];
    const go = await run(await goClient(), addresses);
    expect(go[0]).toBe('got user: Aoife <aoife@example.com>');

    const node = await run(process.execPath, [join(root, 'examples/node-client/client.js'), user]);
    expect(node).toEqual([
      "got user: { id: '1', name: 'Aoife', email: 'aoife@example.com' }",
      "created: { id: '4', name: 'Saoirse', email: 'saoirse@example.com' }",
      'count: 4',
    ]);

    const python = ['-m', 'example_services.client', ...addresses];
    expect((await run(examplePython.python, python, { PYTHONPATH: examplePythonPath })).slice(0, 3)).toEqual([
      'got user: Aoife aoife@example.com',
      'created id: 5',
      'count: 5',
    ]);
  });
});
