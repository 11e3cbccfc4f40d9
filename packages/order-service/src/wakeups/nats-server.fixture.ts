import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const tools = join(import.meta.dirname, '../../../../tools');
const program = join(tools, '.bin', 'nats-server');

/** Why there is none, for tests to say; undefined when there is one. In CI a missing one is an error. */
export function whyNoNats(): string | undefined {
  const build = spawnSync('go', ['-C', tools, 'build', '-o', program, 'github.com/nats-io/nats-server/v2']);
  if (build.status === 0) return undefined;
  const why = 'no NATS: tools/go.mod brings one, which needs Go 1.26 or newer, https://go.dev/dl';
  if (process.env['CI']) throw new Error(`${why}\n${build.stderr}`);
  return why;
}

/** A NATS server of its own, on loopback. */
export interface NatsServer {
  readonly url: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/**
 * @param port 0 for any free one
 * @param args that `nats-server --help` names
 */
export async function startNats(port = 0, args: readonly string[] = []): Promise<NatsServer> {
  const server = spawn(program, ['-a', '127.0.0.1', '-p', `${port || -1}`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const [, address] = /Listening for client connections on (\S+)/.exec(log) ?? [];
      if (address !== undefined && log.includes('Server is ready')) resolve(`nats://${address}`);
    });
    server.once('exit', () => reject(new Error(`NATS did not start:\n${log}`)));
  });
  return {
    url,
    async kill() {
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}
