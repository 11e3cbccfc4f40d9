import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../errors/error-code.ts';
import { Flag, FrameType } from '../frames/frame-type.ts';
import { data, type Fields, RawClient, request, requestFields } from '../testing/raw-client.ts';
import { type RunningServer, startServer } from '../testing/test-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const without = (name: string) => requestFields.filter(([other]) => other !== name);
const withFields = (...fields: Fields): Fields => [...requestFields, ...fields];
const replacing = (name: string, value: string): Fields =>
  requestFields.map((field) => (field[0] === name ? [name, value] : field));

/**
 * Requests that are malformed by RFC 9113, section 8. A proxy that forwards some of them over HTTP/1.1 would smuggle
 * another request.
 */
const malformed: (readonly [name: string, fields: Fields])[] = [
  ['8.2: a name in upper case', withFields(['X-Upper', 'a'])],
  ['8.2.1: an empty name', withFields(['', 'a'])],
  ['8.2.1: a space in a name', withFields(['a b', 'a'])],
  ['8.2.1: a colon in a name', withFields(['a:b', 'a'])],
  ['8.2.1: CR in a value', withFields(['a', 'b\rc'])],
  ['8.2.1: LF in a value', withFields(['a', 'b\nc: d'])],
  ['8.2.1: NUL in a value', withFields(['a', 'b\0'])],
  ['8.2.1: CR LF in a path', replacing(':path', '/ HTTP/1.1\r\nx: y')],
  ['8.2.1: white space after a pseudo-header field', replacing(':path', '/ ')],
  ['8.2.2: connection', withFields(['connection', 'close'])],
  ['8.2.2: keep-alive', withFields(['keep-alive', '1'])],
  ['8.2.2: proxy-connection', withFields(['proxy-connection', 'close'])],
  ['8.2.2: transfer-encoding', withFields(['transfer-encoding', 'chunked'])],
  ['8.2.2: upgrade', withFields(['upgrade', 'h2c'])],
  ['8.2.2: te other than trailers', withFields(['te', 'trailers, gzip'])],
  ['8.3: an unknown pseudo-header field', [[':protocol', 'websocket'], ...requestFields]],
  ['8.3: a pseudo-header field of responses', [[':status', '200'], ...requestFields]],
  ['8.3: a pseudo-header field after another field', [...without(':path'), ['a', 'b'], [':path', '/']]],
  ['8.3: two methods', [...requestFields, [':method', 'GET']]],
  ['8.3: two schemes', [...requestFields, [':scheme', 'http']]],
  ['8.3: two paths', [...requestFields, [':path', '/other']]],
  ['8.3: two authorities', [...requestFields, [':authority', 'other']]],
  ['8.3.1: no method', without(':method')],
  ['8.3.1: no scheme', without(':scheme')],
  ['8.3.1: no path', without(':path')],
  ['8.3.1: an empty path', replacing(':path', '')],
  ['8.3.1: a path that does not begin with a slash', replacing(':path', 'x')],
  ['8.3.1: an asterisk for another method than OPTIONS', replacing(':path', '*')],
  ['8.3.1: an authority with a user', replacing(':authority', 'root@localhost')],
  ['8.3.1: a host with a user', [...without(':authority'), ['host', 'root@localhost']]],
  ['8.3.1: a host that differs from the authority', withFields(['host', 'other'])],
  ['8.3.1: two hosts', withFields(['host', 'localhost'], ['host', 'localhost'])],
  ['8.5: CONNECT with a path', replacing(':method', 'CONNECT')],
  ['8.1.1: a content-length that is not a number', withFields(['content-length', '-1'])],
  ['8.1.1: content-lengths that differ', withFields(['content-length', '0'], ['content-length', '1'])],
  ['8.1.1: a content-length without content', withFields(['content-length', '1'])],
];

const wellFormed: (readonly [name: string, fields: Fields])[] = [
  ['8.2.1: white space around a value, which is dropped,', withFields(['host', '\t localhost '])],
  ['8.3.1: no authority and no host, which the user of this package refuses,', without(':authority')],
  ['8.3.1: an empty authority, likewise,', replacing(':authority', '')],
  ['8.2.1: an empty value, octets above 0x7f, and a tab', withFields(['a', ''], ['b', 'c\td\xff'])],
  ['8.2.2: te: trailers', withFields(['te', 'trailers'])],
  ['8.2.3: cookies in several fields', withFields(['cookie', 'a=b'], ['cookie', 'c=d'])],
  [
    '8.3.1: an asterisk for OPTIONS',
    replacing(':path', '*').map((field) => (field[0] === ':method' ? [':method', 'OPTIONS'] : field)),
  ],
  ['8.3.1: a host in place of the authority', [...without(':authority'), ['host', 'localhost']]],
  ['8.3.1: a host that is the authority', withFields(['host', 'LOCALHOST'])],
  [
    '8.3.1: another scheme, without an authority',
    [
      [':method', 'GET'],
      [':scheme', 'coap'],
      [':path', 'x'],
    ],
  ],
  [
    '8.5: CONNECT',
    [
      [':method', 'CONNECT'],
      [':authority', 'localhost:1'],
    ],
  ],
  ['RFC 9110, 8.6: equal content-lengths', withFields(['content-length', '0'], ['content-length', '0'])],
];

describe('RFC 9113', () => {
  it.each(malformed)('%s is malformed', async (_name, fields) => {
    using client = await RawClient.connect(server.port);
    client.send(request(1, Flag.END_STREAM, fields), request(3));
    expect(await client.reset(1)).toBe(ErrorCode.PROTOCOL_ERROR);
    await client.nextOf(FrameType.HEADERS, 3);
    expect(client.frames.some(({ type, streamId }) => type === FrameType.HEADERS && streamId === 1)).toBe(false);
  });

  it.each(wellFormed)('%s is well formed', async (_name, fields) => {
    using client = await RawClient.connect(server.port);
    client.send(request(1, Flag.END_STREAM, fields));
    await client.nextOf(FrameType.HEADERS, 1);
  });

  it.each([
    ['less DATA than content-length', [data(1, 2), data(1, 2, Flag.END_STREAM)]],
    ['more DATA than content-length', [data(1, 2), data(1, 4)]],
    ['less DATA than content-length, then trailers', [data(1, 2), request(1, Flag.END_STREAM, [['a', 'b']])]],
  ])('8.1.1: %s is malformed', async (_name, frames) => {
    using client = await RawClient.connect(server.port);
    client.send(request(1, 0, withFields(['content-length', '5'])), ...frames);
    expect(await client.reset(1)).toBe(ErrorCode.PROTOCOL_ERROR);
  });

  it('8.1.1: DATA of the length of content-length is well formed', async () => {
    using client = await RawClient.connect(server.port);
    client.send(
      request(1, 0, withFields(['content-length', '5'])),
      data(1, 2),
      data(1, 3),
      data(1, 0, Flag.END_STREAM),
    );
    expect(String((await client.nextOf(FrameType.DATA, 1)).payload)).toBe('POST / 5\n');
  });
});
