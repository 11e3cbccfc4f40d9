import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** Passes on what clients and a server say to each other, and keeps what the clients say. */
export class Recorder {
  readonly port: number;
  /** What each connection's client said. */
  readonly connections: Buffer[][] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param isTls takes HTTP/2 by ALPN, and passes it on without TLS */
  static async open(upstream: number, isTls: boolean): Promise<Recorder> {
    const server = isTls ? createTlsServer({ ALPNProtocols: ['h2'], ...selfSigned() }) : createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const recorder = new Recorder(server);
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => recorder.#record(socket, upstream));
    return recorder;
  }

  #record(client: Socket, upstream: number): void {
    const said: Buffer[] = [];
    this.connections.push(said);
    const server = connect(upstream, '127.0.0.1');
    client.on('data', (bytes: Buffer) => said.push(bytes));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => client.destroy());
  }

  close(): void {
    this.#server.close();
  }
}

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    const all = [...args, '-subj', '/CN=localhost', '-keyout', key, '-out', cert];
    const program = 'openssl';
    execFileSync(program, all, { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
