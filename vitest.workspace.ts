import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';
import { skippedTestsReporter } from './scripts/skipped-tests-reporter.ts';

/** The timeout of a test or hook, in milliseconds. Product tests are quick: a longer timeout would hide a hang. */
const productTimeout = 20_000;
/** Tests of proofs and tools start toolchains and foreign programs, which take ten times as long on a busy machine. */
const proofTimeout = 300_000;

/** Product tests that start services as processes of their own. */
const processTimeout = 60_000;
const startProcesses = /^(packages\/.*-service|examples\/.*)\//;

function timeoutOf(manifest: string): number {
  if (startProcesses.test(manifest)) return processTimeout;
  return manifest.startsWith('packages/') ? productTimeout : proofTimeout;
}

function projectOf(manifest: string, timeout = timeoutOf(manifest)) {
  const root = dirname(manifest);
  return {
    extends: true as const,
    test: {
      root,
      name: basename(root),
      testTimeout: timeout,
      hookTimeout: timeout,
      // A loaded machine is slow but correct: a poll ends as soon as it succeeds.
      expect: { poll: { timeout: timeout / 2 } },
      // Separate projects, whose tests other programs run.
      exclude: [...configDefaults.exclude, 'consumers/**'],
    },
  };
}

const rpcServerManifest = 'packages/rpc-server/package.json';
const rpcServer = projectOf(rpcServerManifest);

const workers = 'src/workers/workers.test.ts';
/** Tests that start many servers, so they run in `pnpm verify` only. */
const restarts = [workers, 'src/rolling-restart.test.ts'];

const withoutRestarts = {
  ...rpcServer,
  test: { ...rpcServer.test, exclude: [...rpcServer.test.exclude, ...restarts] },
};
const restarting = projectOf(rpcServerManifest, proofTimeout);
const onlyRestarts = { ...restarting, test: { ...restarting.test, name: 'rpc-server-restarts', include: restarts } };

/** The tests of rpc-server on node:http2, in `pnpm verify`, except for features that only @example/http2 has. */
const onNodeHttp2 = {
  ...rpcServer,
  test: {
    ...rpcServer.test,
    name: 'rpc-server-node-http2',
    env: { HTTP2: 'node' },
    exclude: [...rpcServer.test.exclude, workers, 'src/http2/own-http2.test.ts'],
  },
};

export default defineConfig({
  test: {
    reporters: ['default', skippedTestsReporter],
    // Tests often wait for programs, browsers and loads of a fixed time. One worker more than there are cores keeps all
    // cores busy.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...globSync('{packages,examples,proofs,tools}/*/package.json', { exclude: [rpcServerManifest] }).map((path) =>
        projectOf(path),
      ),
      withoutRestarts,
      onlyRestarts,
      onNodeHttp2,
    ],
  },
});
