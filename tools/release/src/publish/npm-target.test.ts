import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names } from '@example/kit/names';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../run.ts';
import { npmTarget } from './npm-target.ts';

const version = '1.0.0';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npm-target-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: names.npmPackage, version }));
  await run('npm', ['pack'], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('npm with trusted publishing', () => {
  /**
   * Stands in for two servers: GitHub issues an identity token, and the registry exchanges this token for its own, or
   * refuses it.
   */
  async function startTrust(status: number) {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/identity')) response.end('{"value":"identity"}');
      else if (request.url?.includes(`/oidc/token/exchange/package/${names.npmScope}%2fprotos`)) {
        response.writeHead(status).end('{"token":"for an hour"}');
      } else response.writeHead(404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}identity`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the run',
      [`npm_config_${names.npmScope}:registry`]: url,
      npm_config_fetch_retries: '0',
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return server;
  }

  async function checkAccess(status: number): Promise<void> {
    const server = await startTrust(status);
    try {
      await npmTarget({ root: folder, version, folder, timeoutMs: 60_000 }).checkAccess();
    } finally {
      server.close().closeAllConnections();
    }
  }

  it('needs no login', async () => {
    await checkAccess(200);
  });

  it('is refused when the registry does not trust the workflow', async () => {
    await expect(checkAccess(403)).rejects.toThrow('the registry does not trust this workflow');
  });
});
