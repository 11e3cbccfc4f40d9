import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { npmTarget } from './npm-target.ts';

const version = '1.0.0';
const folder = join(root, 'releases', version, 'artefacts');

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('npm with trusted publishing', () => {
  /**
   * Stands in for two servers: GitHub issues an identity token, and the registry exchanges it for its own token or
   * refuses.
   */
  async function startTrust(status: number) {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/identity')) response.end('{"value":"identity"}');
      else if (request.url?.includes('/oidc/token/exchange/package/@example%2fprotos')) {
        response.writeHead(status).end('{"token":"for an hour"}');
      } else response.writeHead(404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}identity`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the run',
      'npm_config_@example:registry': url,
      npm_config_fetch_retries: '0',
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return server;
  }

  async function checkAccess(status: number): Promise<void> {
    const server = await startTrust(status);
    try {
      await npmTarget({ root, version, folder, timeoutMs: 60_000 }).checkAccess();
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
