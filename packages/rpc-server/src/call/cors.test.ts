import { once } from 'node:events';
import http2 from 'node:http2';
import { UserService } from '@example/protos/user/v1';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../serve.ts';
import { silentLogger, testConfig } from '../testing/index.ts';

let server: RunningServer;
afterEach(() => server.close(0));

async function start(...corsOrigins: string[]): Promise<string> {
  server = await serve({
    config: { ...testConfig, corsOrigins },
    logger: silentLogger,
    routes: (router) => router.service(UserService, { getUser: ({ id }) => ({ id }) }),
  });
  return `${server.url}/user.v1.UserService/GetUser`;
}

function preflight(url: string, origin: string): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,connect-protocol-version,x-grpc-web',
  };
  return fetch(url, { method: 'OPTIONS', headers });
}

describe('CORS_ORIGINS', () => {
  it('lets the pages of an origin call, and read the answer', async () => {
    const url = await start('https://example.com', 'http://localhost:5173');
    const asked = await preflight(url, 'http://localhost:5173');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = asked.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
    for (const name of ['authorization', 'content-type', 'connect-protocol-version', 'x-grpc-web', 'grpc-timeout']) {
      expect(allowed.split(',').map((header) => header.trim())).toContain(name);
    }

    const headers = { origin: 'http://localhost:5173', 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '{"id":"7"}' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('grpc-status');
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(await answer.json()).toEqual({ id: '7' });
  });

  it.each(['POST', 'OPTIONS'])('lets them call over HTTP/2 as well (%s)', async (method) => {
    await start('https://example.com');
    const session = http2.connect(server.url);
    const request = session.request({
      ':method': method,
      ':path': '/user.v1.UserService/GetUser',
      'content-type': 'application/json',
      origin: 'https://example.com',
    });
    request.end(method === 'POST' ? '{"id":"7"}' : undefined).resume();
    const [answer] = await once(request, 'response');
    expect(answer).toMatchObject({
      ':status': method === 'POST' ? 200 : 204,
      'access-control-allow-origin': 'https://example.com',
    });
    session.destroy();
  });

  it('lets no others', async () => {
    const asked = await preflight(await start('https://example.com'), 'https://example.com.evil.example');
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets nobody when it is empty', async () => {
    const asked = await preflight(await start(), 'https://example.com');
    expect(asked.status).toBe(405);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });
});
