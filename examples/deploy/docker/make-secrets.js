// Makes throw-away secrets for compose.yaml in ./secrets, and prints a token for all methods, which is valid for a day:
//
//   node examples/deploy/docker/make-secrets.js
//
// Needs openssl.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'secrets');
if (existsSync(folder)) {
  process.stderr.write(
    `make-secrets.js: ${folder} exists: delete it, and the volume of PostgreSQL, which has its password\n`,
  );
  process.exit(1);
}
mkdirSync(folder);
const write = (name, text) => writeFileSync(join(folder, name), text);

const password = randomBytes(16).toString('hex');
write('postgres-password', password);
write('user-database-url', `postgres://postgres:${password}@postgres/users`);
write('order-database-url', `postgres://postgres:${password}@postgres/orders`);
write('nats-url', 'nats://nats:4222');

/** Makes a certificate for the names. Without an issuer, it is the certificate of an authority. */
function certificate(file, keyFile, names, issuer) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', `/CN=${names[0]}`, '-days', '30', '-out', file];
  const alternatives = ['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`];
  const more = issuer ? [...alternatives, '-addext', 'basicConstraints=CA:FALSE', '-CA', ...issuer] : [];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...more], { cwd: folder, stdio: 'pipe' });
  // Containers run as user 65532, not as the user of this program, and must be able to read the key.
  chmodSync(join(folder, keyFile), 0o644);
}

certificate('ca.pem', 'ca.key', ['example']);
const authority = ['ca.pem', '-CAkey', 'ca.key'];
certificate('tls.crt', 'tls.key', ['user-service', 'order-service'], authority);
mkdirSync(join(folder, 'envoy'));
cpSync(join(folder, 'ca.pem'), join(folder, 'envoy/ca.pem'));
certificate('envoy/cert.pem', 'envoy/key.pem', ['localhost'], authority);
certificate('envoy/client-cert.pem', 'envoy/client-key.pem', ['envoy'], authority);
rmSync(join(folder, 'ca.key'));

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const header = { alg: 'ES256', kid: 'throw-away' };
write('jwks.json', JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...header, use: 'sig' }] }));
const scope = 'users.read users.write orders.read orders.write';
const expires = Math.floor(Date.now() / 1_000) + 24 * 60 * 60;
const claims = { iss: 'https://issuer.example.org', aud: 'example', sub: 'me', exp: expires, scope };
const encode = (value) => Buffer.from(value).toString('base64url');
const signed = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
process.stdout.write(`${signed}.${encode(signature)}\n`);
