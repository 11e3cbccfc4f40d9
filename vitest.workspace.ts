import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { leftOutReporter } from './scripts/left-out-reporter.ts';

export default defineConfig({
  test: {
    reporters: ['default', leftOutReporter],
    // Tests start real servers, many in processes of their own: on a busy machine that takes its time.
    testTimeout: 180_000,
    // They wait more than they work: without this, one of two cores would be left idle.
    maxWorkers: '100%',
    hookTimeout: 180_000,
    projects: [
      ...globSync('{packages,examples}/*/').map((root) => ({
        extends: true as const,
        test: { root, name: root.slice(root.indexOf('/') + 1) },
      })),
      // What starts servers, once more on the other engine.
      {
        extends: true as const,
        test: {
          root: 'packages/rpc-server',
          name: 'rpc-server-fast',
          include: ['src/*.test.ts', 'src/{access,calls,connections,engines,health,reflection}/*.test.ts'],
          env: { ENGINE: 'fast' },
        },
      },
    ],
  },
});
