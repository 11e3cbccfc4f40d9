import type { Reporter } from 'vitest/node';

/** Prints each skipped test at the end of a run. The name of a test that needs a toolchain includes what to install. */
export const skippedTestsReporter: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) {
      // With the option -t all other tests are skipped on purpose.
      if (module.project.globalConfig.testNamePattern !== undefined) return;
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const why = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
        process.stdout.write(`skipped  ${module.project.name} ${module.relativeModuleId}: ${test.fullName}${why}\n`);
      }
    }
  },
};
