import { join } from 'node:path';
import { jsonLine, type NodeServer, startNodeServer } from '@example/kit/programs';
import { root } from '@example/kit/root';
import { type ResourceUsage, type UsageReport, usageOf } from '../usage/resource-usage.ts';

const main = join(root, 'packages/order-service/src/main.ts');
const reporter = join(import.meta.dirname, '../usage/report-usage.ts');

/** The timeout of a report, in milliseconds. A report takes seconds, and half a minute on a busy machine. */
const reportLimitMs = 120_000;

/** OrderService in a process that reports its resource usage. */
export class WatchedService {
  readonly #server: NodeServer;

  private constructor(server: NodeServer) {
    this.#server = server;
  }

  /** @param preloads modules that the process loads before the service */
  static async start(env: Readonly<Record<string, string>>, preloads: readonly string[]): Promise<WatchedService> {
    const nodeOptions = [reporter, ...preloads].flatMap((path) => ['--import', path]);
    return new WatchedService(await startNodeServer(main, env, { nodeOptions }));
  }

  get url(): string {
    return this.#server.url;
  }

  /** @throws when the service has ended, or hangs */
  async usage(): Promise<ResourceUsage> {
    this.#server.program.signal('SIGUSR2');
    const report = await this.#server.program.waitForLine(
      (line) => jsonLine(line)?.['usage'] as UsageReport | undefined,
      reportLimitMs,
    );
    return usageOf(report);
  }

  async end(): Promise<void> {
    await this.#server.program.end('SIGKILL');
  }
}
