import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { defineConfig } from 'vitest/config';
import { skippedTestsReporter } from './scripts/skipped-tests-reporter.ts';

/** The timeout of a test or hook, in milliseconds. Product tests are quick: a longer timeout would hide a hang. */
const productTimeout = 20_000;
/** Tests of proofs and tools start toolchains and foreign programs. */
const proofTimeout = 120_000;

/** Product tests that start services as processes of their own. */
const processTimeout = 60_000;
const startProcesses = /^(packages\/.*-service|examples\/.*)\//;

function timeoutOf(manifest: string): number {
  if (startProcesses.test(manifest)) return processTimeout;
  return manifest.startsWith('packages/') ? productTimeout : proofTimeout;
}

export default defineConfig({
  test: {
    // A loaded machine is slow, not wrong: a poll ends as soon as it succeeds.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', skippedTestsReporter],
    // Tests wait more than they compute: without this, one of two cores would be idle.
    maxWorkers: '100%',
    projects: globSync('{packages,examples,proofs,tools}/*/package.json').map((manifest) => ({
      extends: true as const,
      test: {
        root: dirname(manifest),
        name: basename(dirname(manifest)),
        testTimeout: timeoutOf(manifest),
        hookTimeout: timeoutOf(manifest),
      },
    })),
  },
});
