import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTokenIssuer, type TokenIssuer } from '@example/kit/token-issuer';
import { jwtVerify } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { recordingLogger } from '../testing/test-server.ts';
import { IssuerKeys } from './issuer-keys.ts';

let first: TokenIssuer;
let second: TokenIssuer;
/** The clock of the pauses. */
let now: number;
beforeAll(async () => {
  first = await createTokenIssuer('https://issuer.example.org', 'example');
  second = await createTokenIssuer('https://issuer.example.org', 'example');
});
beforeEach(() => {
  now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const { logger, lines } = recordingLogger();
const reasons = () => lines.flatMap(({ reason }) => reason ?? []);

async function verify(keys: IssuerKeys, issuer = first): Promise<void> {
  await jwtVerify(await issuer.sign({}), keys.find);
}

describe('keys from a URL', () => {
  let fetches: number;
  let respond: RequestListener;
  const respondWith = (text: string, status = 200) => {
    respond = (_, response) => void response.writeHead(status).end(text);
  };
  const respondWithKeysOf = (issuer: TokenIssuer) => respondWith(JSON.stringify(issuer.jwks));

  async function keysFromUrl(onChange = () => {}): Promise<IssuerKeys> {
    fetches = 0;
    const server = createServer((request, response) => {
      fetches++;
      respond(request, response);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return new IssuerKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, logger, onChange);
  }

  it('are fetched once for many tokens at once, and again after five minutes, in the background', async () => {
    respondWithKeysOf(first);
    const onChange = vi.fn();
    const keys = await keysFromUrl(onChange);
    await Promise.all(Array.from({ length: 50 }, () => verify(keys)));
    expect(fetches).toBe(1);
    now += 5 * 60_000 - 1;
    expect(keys.check()).toBe(true);
    expect(fetches).toBe(1);
    respondWithKeysOf(second);
    now += 1;
    expect(keys.check()).toBe(true);
    await expect.poll(() => onChange.mock.calls.length).toBe(2);
    await verify(keys, second);
    await expect(verify(keys, first)).rejects.toThrow('no applicable key');
  });

  it('that cannot be fetched are fetched again after ten seconds', async () => {
    respondWith('', 500);
    const keys = await keysFromUrl();
    for (let call = 0; call < 50; call++) await expect(verify(keys)).rejects.toThrow('the HTTP status 500');
    expect(keys.check()).toBe(false);
    expect(fetches).toBe(1);
    respondWithKeysOf(first);
    now += 10_000;
    await verify(keys);
    expect(fetches).toBe(2);
    expect(keys.check()).toBe(true);
  });

  it('stay in use while no newer ones can be fetched', async () => {
    respondWithKeysOf(first);
    const keys = await keysFromUrl();
    await verify(keys);
    respondWith('', 500);
    for (let minutes = 0; minutes < 18; minutes++) {
      now += 60_000;
      expect(keys.check()).toBe(true);
      await verify(keys);
    }
  });

  it('are fetched for a token with a new key, every ten seconds at most', async () => {
    respondWithKeysOf(first);
    const keys = await keysFromUrl();
    await verify(keys);
    respondWithKeysOf(second);
    await expect(verify(keys, second)).rejects.toThrow('no applicable key');
    expect(fetches).toBe(1);
    now += 10_000;
    await verify(keys, second);
    expect(fetches).toBe(2);
  });

  it.each([
    ['a wrong path', () => respondWith('not here', 404), 'the response has the HTTP status 404'],
    ['a redirect', () => respondWith('', 302), 'the response has the HTTP status 302'],
    ['a web page', () => respondWith('<html>'), /is not valid JSON/],
    ['nothing', () => respondWith(''), 'Unexpected end of JSON input'],
    ['another document', () => respondWith('{}'), 'it is not a JSON Web Key Set'],
    ['null', () => respondWith('null'), 'it is not a JSON Web Key Set'],
    ['no key', () => respondWith('{"keys":[]}'), 'it has no public key for signatures'],
    ['no usable key', () => respondWith('{"keys":[null,{"kty":"oct","k":"AA"},{"kty":"RSA"}]}'), /no public key/],
    [
      'a large response, compressed',
      () => {
        respond = (_, response) =>
          void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000_000)));
      },
      'the response has more than 524288 bytes',
    ],
    [
      'a closed connection',
      () => {
        respond = ({ socket }) => void socket.destroy();
      },
      'other side closed',
    ],
  ])('a server that starts logs %s', async (_, prepare, reason) => {
    prepare();
    const keys = await keysFromUrl();
    await keys.start();
    expect(reasons().at(-1)).toMatch(reason);
    expect(keys.check()).toBe(false);
  });
});

describe('keys from a file', () => {
  let folder: string;
  let file: string;
  const write = (keys: object) => writeFileSync(file, JSON.stringify(keys));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'issuer-keys-'));
    file = join(folder, 'jwks.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read again at each check', async () => {
    write(first.jwks);
    const onChange = vi.fn();
    const keys = new IssuerKeys(file, logger, onChange);
    await keys.start();
    write(second.jwks);
    keys.check();
    await expect.poll(() => onChange.mock.calls.length).toBe(2);
    await verify(keys, second);
    await expect(verify(keys, first)).rejects.toThrow('no applicable key');
  });

  it('stay in use when the file is damaged, which is logged', async () => {
    write(first.jwks);
    const keys = new IssuerKeys(file, logger, () => {});
    await keys.start();
    write({});
    await keys.reload();
    expect(lines.at(-1)).toMatchObject({
      level: 40,
      reason: 'it is not a JSON Web Key Set',
      msg: 'AUTH_JWKS has no usable keys: the old ones stay in use',
    });
    await verify(keys);
  });

  it('must exist at the start', async () => {
    const keys = new IssuerKeys(file, logger, () => {});
    await expect(keys.start()).rejects.toThrow(`AUTH_JWKS=${JSON.stringify(file)}: has no usable keys: ENOENT`);
    writeFileSync(file, '');
    await expect(keys.start()).rejects.toThrow('has no usable keys');
  });
});
