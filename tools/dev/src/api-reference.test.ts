import { afterEach, expect, it } from 'vitest';
import { type ApiReference, serveApiReference } from './api-reference.ts';
import { devServices } from './dev-service.ts';

const started: ApiReference[] = [];
afterEach(async () => {
  for (const reference of started.splice(0)) {
    reference.end();
    await reference.ended;
  }
});

async function serve(port = 0): Promise<ApiReference> {
  const reference = await serveApiReference(port, devServices(), 'https', '-cacert ca.pem');
  started.push(reference);
  return reference;
}

it('serves a page that loads nothing from elsewhere and may call the services', async () => {
  const { origin } = await serve();
  const page = await fetch(origin);
  expect(page.headers.get('content-security-policy')).toContain(
    "connect-src 'self' https://localhost:9000 https://localhost:50051",
  );
  const scripts = [...(await page.text()).matchAll(/src="([^"]+)"/g)].map(([, path]) => path);
  expect(scripts).toEqual(['/standalone.js', '/start.js']);
  for (const path of scripts) {
    const script = await fetch(`${origin}${path}`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toContain('createApiReference');
  }
  expect((await fetch(`${origin}/../package.json`)).status).toBe(404);
});

it('has the addresses of the services in the document', async () => {
  const { origin } = await serve();
  // biome-ignore lint/suspicious/noExplicitAny: the test fails if a part is missing
  const document: any = await (await fetch(`${origin}/openapi.json`)).json();
  expect(document.paths['/user.v1.UserService/GetUser'].get.servers).toEqual([{ url: 'https://localhost:9000' }]);
  expect(document.paths['/order.v1.OrderService/GetOrder'].post.servers).toEqual([{ url: 'https://localhost:50051' }]);
  const commands = JSON.stringify(document.tags).match(/grpcurl .*? order\.v1\.\w+\/\w+/g) ?? [];
  expect(commands).toHaveLength(3);
  for (const command of commands) expect(command).toMatch(/^grpcurl -cacert ca\.pem -d .* localhost:50051 /);
});

it('takes another port when its own is in use', async () => {
  const first = await serve();
  const second = await serve(Number(new URL(first.origin).port));
  expect(second.origin).not.toBe(first.origin);
  expect((await fetch(second.origin)).status).toBe(200);
});
