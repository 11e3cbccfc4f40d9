import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'examples/*'],
    // Tests start real servers, some in child processes: on a busy machine that takes its time.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
