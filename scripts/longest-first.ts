import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Runs files with long timeouts first, because a long file that starts last runs alone. In a fresh clone Vitest sorts
 * files by size, but the slowest files are among the smallest, because they run programs.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => b.project.config.testTimeout - a.project.config.testTimeout);
  }
}
