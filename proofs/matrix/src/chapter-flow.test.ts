// The chapter's last page: one Go server, and a client in each of three languages.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goProgram, pythonExample, pythonPath, root } from './programs.ts';
import { createSecrets } from './secrets.ts';
import { type RunningServers, servers } from './servers.ts';
import { whyNot } from './why-not.fixture.ts';

const missing =
  (await whyNot(() => goProgram('examples/go', './cmd/client', 'example-client'))) ??
  (await whyNot(() => pythonExample.install((text) => process.stderr.write(text))));

describe.skipIf(missing)(missing ?? 'a Go server', () => {
  let folder: string;
  let server: RunningServers;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chapter-flow-'));
    const go = servers.find(({ name }) => name === 'go');
    server = (await go?.start('plain', await createSecrets(folder), folder)) as RunningServers;
  });
  afterEach(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, ...env } });
    return stdout.trimEnd().split('\n');
  }

  it('is called by clients in Go, JavaScript and Python, who see what the others did', async () => {
    const addresses = ['--user-address', server.userAddress, '--order-address', server.orderAddress];
    const go = await run(await goProgram('examples/go', './cmd/client', 'example-client'), addresses);
    expect(go[0]).toBe('got user: Aoife <aoife@example.com>');

    const node = await run(process.execPath, [join(root, 'examples/node-client/client.js'), server.userAddress]);
    expect(node).toEqual([
      "got user: { id: '1', name: 'Aoife', email: 'aoife@example.com' }",
      "created: { id: '4', name: 'Saoirse', email: 'saoirse@example.com' }",
      'count: 4',
    ]);

    const python = ['-m', 'example_services.client', ...addresses];
    expect((await run(pythonExample.python, python, { PYTHONPATH: pythonPath })).slice(0, 3)).toEqual([
      'got user: Aoife aoife@example.com',
      'created id: 5',
      'count: 5',
    ]);
  });
});
