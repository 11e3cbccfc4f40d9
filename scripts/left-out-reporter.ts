import type { Reporter } from 'vitest/node';

/** Names, at the end of a run, each test that it left out: the names of those that need a toolchain say what to install. */
export const leftOutReporter: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) {
      // Those that the option -t has left out are known to whoever gave it.
      if (module.project.globalConfig.testNamePattern !== undefined) return;
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const why = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
        process.stdout.write(`left out  ${module.project.name} ${module.relativeModuleId}: ${test.fullName}${why}\n`);
      }
    }
  },
};
