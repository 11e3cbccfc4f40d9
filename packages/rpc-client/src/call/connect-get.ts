import { type HeaderList, headerList } from '@example/http2';
import { type CallMethod, requestLine } from './call-method.ts';

/**
 * The longest path of a GET, in characters. Servers and proxies refuse long paths, so that longer ones are sent by
 * POST.
 */
const maxPathLength = 8_000;

/**
 * The headers of a unary call by GET (https://connectrpc.com/docs/protocol#unary-get-request), in the order of
 * parameters that caches expect.
 *
 * @param encoding the compression of the bytes, such as `gzip`
 * @returns undefined if the path would be too long
 */
export function getRequest(
  { path, target }: CallMethod,
  bytes: Uint8Array,
  encoding: string | undefined,
): HeaderList | undefined {
  const { codec, acceptCompression, userAgent } = target;
  const isText = codec === 'json' && encoding === undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const query = [
    'connect=v1',
    ...(isText ? [] : ['base64=1']),
    ...(encoding === undefined ? [] : [`compression=${encoding}`]),
    `encoding=${codec}`,
    `message=${isText ? encodeURIComponent(buffer.toString()) : buffer.toString('base64url')}`,
  ].join('&');
  const whole = `${path}?${query}`;
  if (whole.length > maxPathLength) return undefined;
  return headerList([
    ...requestLine(target, 'GET', whole),
    ['accept-encoding', acceptCompression.map(({ name }) => name).join(',')],
    ['user-agent', userAgent],
  ]);
}
