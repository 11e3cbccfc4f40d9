import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { root } from '@example/kit/root';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** How much a size may differ from the size in the guide, because compression varies. */
const tolerance = 0.01;

const connect = `
  import { createClient } from '@connectrpc/connect';
  import { createConnectTransport as createTransport } from '@connectrpc/connect-web';`;
const grpcWeb = connect.replace('createConnectTransport', 'createGrpcWebTransport');
const client = (service: string) =>
  `globalThis.client${service} = createClient(${service}, createTransport({ baseUrl: '/' }));`;
const usersV1 = `import { UserService as Users1 } from '@example/protos/user/v1';`;
const usersV2 = `import { UserService as Users2 } from '@example/protos/user/v2';`;
const orders = `import { OrderService as Orders } from '@example/protos/order/v1';`;
const one = [connect, usersV1, client('Users1')];

/** The rows of the table in the guide, each with the scripts that it describes. */
const bundles: Readonly<Record<string, readonly string[]>> = {
  'Connect, user.v1': one,
  'Connect, user.v2': [connect, usersV2, client('Users2')],
  'Connect, order.v1': [connect, orders, client('Orders')],
  'Connect, all three': [...one, usersV2, client('Users2'), orders, client('Orders')],
  'gRPC-Web, user.v1': [grpcWeb, usersV1, client('Users1')],
};

async function bundle(lines: readonly string[]): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0]?.contents as Uint8Array;
}

const guide = readFileSync(join(root, 'docs/guides/browser.md'), 'utf8');

it.each(Object.entries(bundles))('has the bytes in the guide: %s', async (name, lines) => {
  const minified = await bundle(lines);
  const measured = [minified.byteLength, brotliCompressSync(minified).byteLength];
  const row = guide.split('\n').find((line) => line.startsWith(`| ${name} |`));
  const kept = row
    ?.split('|')
    .slice(2, 4)
    .map((cell) => Number(cell.replaceAll(',', '')));
  const cells = measured.map((bytes) => bytes.toLocaleString('en')).join(' | ');
  const isNear = measured.every((bytes, index) => Math.abs(bytes / (kept?.[index] ?? 0) - 1) <= tolerance);
  expect(isNear ? [] : `docs/guides/browser.md must have the row | ${name} | ${cells} |`).toEqual([]);
});

it('does not grow by imported services that are not used', async () => {
  const others = [usersV2, orders, `import { BadRequestSchema } from '@example/protos/google/rpc/error_details';`];
  expect((await bundle([...one, ...others])).byteLength).toBe((await bundle(one)).byteLength);
});
