// Runs the test server for clients in other processes: prints its port, and serves until it is killed.
// `--tls KEY CERTIFICATE` enables TLS with ALPN.
import { readFileSync } from 'node:fs';
import { startServer } from './test-server.ts';

const [flag, key, cert] = process.argv.slice(2);
const isTls = flag === '--tls' && key !== undefined && cert !== undefined;
const server = await startServer({}, isTls ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined);
process.stdout.write(`${server.port}\n`);
