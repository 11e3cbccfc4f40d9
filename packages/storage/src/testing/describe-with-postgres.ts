import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresOptions, type PostgresServer, startPostgres, whyNoPostgres } from './postgres-server.ts';

/**
 * A suite with its own PostgreSQL server. Without PostgreSQL the suite is skipped, and its name states the reason.
 *
 * @param suite defines the tests; call `server` only inside of tests and hooks
 */
export function describeWithPostgres(
  name: string,
  suite: (server: () => PostgresServer) => void,
  options?: PostgresOptions,
): void {
  const skipReason = whyNoPostgres();
  describe.skipIf(skipReason)(skipReason ?? name, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(options);
    });
    afterAll(() => server.stop());
    suite(() => server);
  });
}

/** @returns the result of `open`, which receives the URL of a database whose server is stopped afterwards */
export async function openOnStoppedPostgres<T>(open: (url: string) => Promise<T>): Promise<T> {
  const server = await startPostgres();
  try {
    return await open(await server.createDatabase());
  } finally {
    await server.stop();
  }
}
