// A server to point other people's programs at: says its port, and serves until it is ended. `--tls KEY CERTIFICATE`, for HTTP/2 by ALPN.
import { readFileSync } from 'node:fs';
import { startServer } from './answer-server.ts';

const [flag, key, cert] = process.argv.slice(2);
const isTls = flag === '--tls' && key !== undefined && cert !== undefined;
const server = await startServer({}, isTls ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined);
process.stdout.write(`${server.port}\n`);
