import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildProgram, outsideModule, ToolchainMissingError } from '@example/kit/toolchains';

/** The path of the program, or the error if the Go toolchain is missing. In CI the error is thrown. */
const program = await buildProgram(outsideModule, 'github.com/nats-io/nats-server/v2', 'nats-server').catch(
  (error: unknown) => {
    if (!(error instanceof ToolchainMissingError) || process.env['CI']) throw error;
    return error;
  },
);

/** The reason to skip tests that need NATS; undefined if NATS is installed. */
export function whyNoNats(): string | undefined {
  return typeof program === 'string'
    ? undefined
    : `no NATS server, which is built from tools/outside: ${program.message}`;
}

/** A NATS server on loopback. */
export interface NatsServer {
  readonly url: string;
  /** Sends SIGKILL. */
  kill(): Promise<void>;
}

/**
 * @param port 0 for any free port
 * @param args options of `nats-server`
 */
export async function startNats(port = 0, args: readonly string[] = []): Promise<NatsServer> {
  if (typeof program !== 'string') throw program;
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
