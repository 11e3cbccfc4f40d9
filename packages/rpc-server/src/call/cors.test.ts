import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, expect, it } from 'vitest';
import { startServer } from '../testing/test-server.ts';

async function start(...corsOrigins: string[]): Promise<string> {
  const { url } = await startServer({ config: { corsOrigins } });
  return `${url}/user.v1.UserService/GetUser`;
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
  it('lets pages of its origins call and read the response', async () => {
    const url = await start('https://example.org', 'http://localhost:5173');
    const response = await preflight(url, 'http://localhost:5173');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
    for (const name of ['authorization', 'content-type', 'connect-protocol-version', 'x-grpc-web', 'grpc-timeout']) {
      expect(allowed.split(',').map((header) => header.trim())).toContain(name);
    }

    const headers = { origin: 'http://localhost:5173', 'content-type': 'application/json' };
    const called = await fetch(url, { method: 'POST', headers, body: '{"id":"7"}' });
    expect(called.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(called.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('grpc-status');
    expect(called.headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(await called.json()).toEqual({ id: '7' });
  });

  it.each(['POST', 'OPTIONS'])('lets pages of its origins call over HTTP/2 (%s)', async (method) => {
    const session = http2.connect(await start('https://example.org'));
    const request = session.request({
      ':method': method,
      ':path': '/user.v1.UserService/GetUser',
      'content-type': 'application/json',
      origin: 'https://example.org',
    });
    request.end(method === 'POST' ? '{"id":"7"}' : undefined).resume();
    const [headers] = await once(request, 'response');
    expect(headers).toMatchObject({
      ':status': method === 'POST' ? 200 : 204,
      'access-control-allow-origin': 'https://example.org',
    });
    session.destroy();
  });

  it('lets pages send fields of tracing and retries, and those of CORS_HEADERS', async () => {
    const { url } = await startServer({ config: { corsOrigins: ['https://example.org'], corsHeaders: ['x-tenant'] } });
    const allowed = (await preflight(`${url}/`, 'https://example.org')).headers.get('access-control-allow-headers');
    const names = allowed?.toLowerCase().split(',');
    for (const name of ['traceparent', 'tracestate', 'baggage', 'idempotency-key', 'x-tenant']) {
      expect(names).toContain(name);
    }
  });

  it('does not let pages of other origins call', async () => {
    const response = await preflight(await start('https://example.org'), 'https://example.org.evil.example');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('does not let any page call when it is empty', async () => {
    const response = await preflight(await start(), 'https://example.org');
    expect(response.status).toBe(405);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
