import { UserService } from '@example/protos/user/v1';
import { afterEach, expect, it } from 'vitest';
import type { ServerConfig } from '../config/server-config.ts';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

async function start(config: Partial<ServerConfig>): Promise<string> {
  server = await serve({
    config: { ...testConfig, ...config },
    logger: silentLogger,
    routes: (router) =>
      router.service(UserService, {
        getUser({ id }, { responseHeader }) {
          if (id === '7') responseHeader.set('trailer', 'x-end');
          responseHeader.set('x-header', 'one');
          return { id };
        },
      }),
  });
  return `${server.url}/user.v1.UserService/GetUser`;
}

it("is answered although its handler sets a field that is the engine's to say", async () => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(await start({}), { method: 'POST', headers, body: '{"id":"7"}' });
  expect(await response.json()).toEqual({ id: '7' });
  expect([response.headers.get('trailer'), response.headers.get('x-header')]).toEqual([null, 'one']);
});

it('says on an answer by GET that it depends on the origin, where pages of others may call', async () => {
  const url = await start({ corsOrigins: ['https://example.com'] });
  const response = await fetch(`${url}?encoding=json&message=%7B%7D`);
  expect(response.status).toBe(200);
  expect(response.headers.get('vary')).toBe('Origin');
});
