import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { leftOutReporter } from './scripts/left-out-reporter.ts';

/** What runs once more on the other engine, by package: tests that call servers in all ways. With ENGINE=connect, `pnpm test` runs all of theirs on it. */
const onConnect = {
  'rpc-server': ['src/*.test.ts', 'src/{access,calls,connections,engines,health,reflection}/*.test.ts'],
  'user-service': ['src/{user-service,user-service-v2,who-may}.test.ts'],
  'order-service': ['src/{order-chat,who-may}.test.ts'],
};

export default defineConfig({
  test: {
    reporters: ['default', leftOutReporter],
    // Tests start real servers, many in processes of their own: on a busy machine that takes its time.
    testTimeout: 180_000,
    // They wait more than they work: without this, one of two cores would be left idle.
    maxWorkers: '100%',
    hookTimeout: 180_000,
    projects: [
      ...globSync('{packages,examples,proofs,tools}/*/').map((root) => ({
        extends: true as const,
        test: { root, name: root.slice(root.indexOf('/') + 1) },
      })),
      ...Object.entries(onConnect).map(([name, include]) => ({
        extends: true as const,
        test: { root: `packages/${name}`, name: `${name}-connect`, include, env: { ENGINE: 'connect' } },
      })),
    ],
  },
});
