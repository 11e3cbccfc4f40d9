import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listening } from '@example/kit/programs';
import { type LoadResult, load } from './load.ts';
import type { FrontProxy, Protocol } from './proxies.ts';
import { RollingServices } from './rolling-services.ts';

export interface RunResult extends LoadResult {
  /** The number of replicas that were replaced during the load. */
  readonly restarts: number;
}

/**
 * Makes calls through a proxy. If the proxy keeps connections, the servers behind it are replaced one by one meanwhile.
 */
export async function run(proxy: FrontProxy, protocol: Protocol, calls: number): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'proxies-'));
  try {
    await using services = await RollingServices.start(folder);
    const { port, program, end } = await proxy.start(protocol, services.ports);
    try {
      await program.during(() => listening(port));
      const over = new AbortController();
      const rolling = proxy.keepsConnections ? services.roll(over.signal) : Promise.resolve();
      // `rolling` is awaited after the load.
      rolling.catch(() => {});
      const result = await program.during(() => load(protocol, port, calls));
      over.abort();
      await rolling;
      const { failures } = result;
      if (failures.length > 0) failures.push(program.lastLines);
      return { ...result, restarts: services.restarts };
    } finally {
      await end();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
