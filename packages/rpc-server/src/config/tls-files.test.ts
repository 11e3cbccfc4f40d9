import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@example/kit/authority';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certificatesOf, readTls } from './tls-files.ts';

let folder: string;
/** A certificate, its key, and the CA of clients, all valid. */
let files: { cert: string; key: string; clientCa: string };
let otherKey: string;
let encryptedKey: string;
let empty: string;
const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-files-'));
  const authority = await createAuthority();
  const { cert, key } = await authority.issueForServer('localhost');
  files = {
    cert: write('cert.pem', `${cert}${authority.cert}`),
    key: write('key.pem', key),
    clientCa: write('ca.pem', `a comment\n${authority.cert}`),
  };
  otherKey = write('other-key.pem', (await authority.issueForServer('localhost')).key);
  const encryption = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  encryptedKey = write('encrypted-key.pem', createPrivateKey(key).export(encryption).toString());
  empty = write('empty.pem', '');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('reads files that belong together', () => {
  const { cert, clientCa = '' } = readTls(files);
  expect(certificatesOf(cert).map(({ subject }) => subject)).toEqual(['CN=localhost', 'CN=Throw-away development CA']);
  expect(certificatesOf(clientCa)).toHaveLength(1);
  expect(readTls({ ...files, clientCa: undefined })).not.toHaveProperty('clientCa');
});

it.each<[string, () => Partial<typeof files>, RegExp]>([
  ['is missing', () => ({ cert: '/no/such/file' }), /^TLS_CERT="\/no\/such\/file": cannot be read: ENOENT/],
  ['is empty', () => ({ clientCa: empty }), /^TLS_CLIENT_CA=.*: is not a PEM file$/],
  ['is a key, not a certificate', () => ({ cert: files.key }), /^TLS_CERT=.*: is not usable: /],
  ['is a certificate, not a key', () => ({ key: files.cert }), /^TLS_KEY=.*: is not usable: /],
  [
    'belongs to another certificate',
    () => ({ key: otherKey }),
    /^TLS_KEY=.*: is not usable: it is not the key of the first certificate in TLS_CERT$/,
  ],
  ['is encrypted', () => ({ key: encryptedKey }), /^TLS_KEY=.*: is not usable: it has a passphrase: /],
  ['has no certificate', () => ({ clientCa: files.key }), /^TLS_CLIENT_CA=.*: is not usable: it has no certificate$/],
])('names the variable whose file %s', (_, change, message) => {
  expect(() => readTls({ ...files, ...change() })).toThrow(message);
});
