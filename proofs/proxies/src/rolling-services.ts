import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort, type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';

const main = join(root, 'packages/user-service/src/main.ts');
const replicas = 2;
/**
 * The pause between two restarts, in milliseconds. By default, nginx avoids a server for ten seconds after a refused
 * connection, and the other server must not restart in that time.
 */
const pauseMs = 11_000;

/** Replicas of UserService, each with an empty store. Their connections end after a second. */
export class RollingServices implements AsyncDisposable {
  readonly ports: readonly number[];
  readonly #folder: string;
  readonly #running: (NodeServer | undefined)[] = [];
  restarts = 0;

  private constructor(ports: readonly number[], folder: string) {
    this.ports = ports;
    this.#folder = folder;
  }

  /** @param folder for the stores */
  static async start(folder: string): Promise<RollingServices> {
    const ports: number[] = [];
    while (ports.length < replicas) ports.push(await freePort());
    const services = new RollingServices(ports, folder);
    await Promise.all(ports.map((_, index) => services.#start(index)));
    return services;
  }

  /** Replaces one replica after the other until the signal fires. */
  async roll(signal: AbortSignal): Promise<void> {
    for (let index = 0; !signal.aborted; index = (index + 1) % replicas) {
      await this.#running[index]?.[Symbol.asyncDispose]();
      await this.#start(index);
      this.restarts += 1;
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #start(index: number): Promise<void> {
    this.#running[index] = undefined;
    this.#running[index] = await startNodeServer(main, {
      HOST: '127.0.0.1',
      PORT: `${this.ports[index]}`,
      DATABASE_URL: `sqlite:${join(this.#folder, `${index}.db`)}`,
      LOG_LEVEL: 'info',
      CONNECTION_AGE_MS: '1000',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map((server) => server?.[Symbol.asyncDispose]()));
  }
}
